"""Machines without a network of their own: terminals that unlock them for a while, by lease."""
