"""The box that unlocks a machine without a network: a lease counted down by its own clock, on a few pins."""
