"""Printing: cards, plates and labels with codes, ready for a printer."""
