"""Venue: sites, spaces, resources and the units they are made of, opening hours and closures.

A resource is what people book; a unit is what can be occupied only once at a time; a resource is a set of
units. Invariant: every resource has at least one unit. The whole venue is small and read at each decision, so
each process keeps it in memory under a revision that every change moves.
"""
