"""Badges: the text behind a printed code, and its drawing."""
