"""Persons: the file of each person the house knows. Verbs: create, correct, find, merge."""
