"""Credits and passes: half-days, days, minutes, euros held by a person. Verbs: give, spend, reverse, expire.

A lot is what was given at once, with its end. Moves are only added; each entry takes from or gives to one lot,
and the database refuses an entry that would leave less than nothing in its lot. A person's balance is what is
left in their lots: it follows the lots when two files become one, and never goes below zero.
"""
