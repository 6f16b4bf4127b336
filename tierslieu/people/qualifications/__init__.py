"""Qualifications (habilitations): who may use which machine, alone or not. Verbs: grant, withdraw, enrol, note use.

Invariants: what was granted is never rewritten, a new level closes the former one; at most one grant of a
person and a qualification is in force, and a session never has more people than seats (the database refuses
both). Expiry needs no job: it is read from dates.
"""
