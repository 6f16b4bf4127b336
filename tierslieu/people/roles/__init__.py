"""Roles: who may do what. Verbs: grant, withdraw."""
