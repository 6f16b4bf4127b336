"""Passes: signed codes of a phone or a guest, and the keys that sign them."""
