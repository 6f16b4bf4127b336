"""Zones: groups of doors with the same rights, their hours, who may enter, and how many."""
