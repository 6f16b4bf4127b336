"""Pins: six digits with which a person without e-mail or phone signs in at a kiosk, after their card.

Verbs: allow, choose, unblock, remove. Invariants: a pin is stored only as a slow hash; it opens a kiosk session and
nothing else; wrong tries are counted in the database and never touch the person's other ways in, nor their card.
"""
