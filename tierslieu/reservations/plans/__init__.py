"""Choosing on the floor plan, with the same choice as a list; staff draw the plans."""
