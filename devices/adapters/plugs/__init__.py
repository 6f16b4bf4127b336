"""Plugs and meters on the venue's broker: what they share, whatever they are called."""
