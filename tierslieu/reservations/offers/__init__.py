"""A time that is kept for one person while they decide: accepted with one tap, given back when they do not answer."""
