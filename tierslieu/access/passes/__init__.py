"""Signed passes: the keys of the house, passes of phones and of guests, cards lent for a day."""
