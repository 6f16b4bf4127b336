"""Materials: filament, resin, sheets, vinyl, spare parts. What is there, on which machine, what each job took of it.

A material is a kind that is bought again; an item is one spool, sheet, roll or box of it, with a number and a code.
What an item holds is the sum of its movements: they are only added, and name the act they count once.
"""
