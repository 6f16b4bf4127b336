"""Reservations: who uses what, when. Verbs: reserve, move, cancel, check in, close.

Invariants: two claims never overlap on one unit (the database refuses it); a reservation that blocks time has
its claims, one that does not has none; what is shown as free is accepted, because one function decides both.
"""
