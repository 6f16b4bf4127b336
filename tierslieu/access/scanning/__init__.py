"""Scans: what a presented badge means here and now, recorded once with all that follows from it."""
