"""Audit log: who looked at or changed what. Verbs: record, verify.

Invariants: entries are only added (the database refuses changes), each holds the hash of the one before, and
names nobody: people appear under their id, which means nothing once their file is erased.
"""
