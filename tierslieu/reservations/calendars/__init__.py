"""Calendars: feeds to subscribe to, tables to take along, and calendars of others that take time here."""
