"""Preferences: the language, the size of the text and the plain words in which the house speaks to somebody."""
