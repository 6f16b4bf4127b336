"""Presence: who is inside and how many, folded from the passages; the evacuation list; the evening's closing."""
