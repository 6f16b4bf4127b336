"""Presence: who is here, folded from the passages; headcounts, evacuation list, arrivals without badge."""
