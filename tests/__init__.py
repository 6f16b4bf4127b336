"""Tests, read as specifications: one folder per package, journeys across all, and the rules of the house."""
