"""Webhooks: other systems are told what happened to reservations, by signed calls that are repeated until taken."""
