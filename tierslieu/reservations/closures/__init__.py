"""Closures: what is out of use and why; whom that displaces, and what they are offered instead."""
