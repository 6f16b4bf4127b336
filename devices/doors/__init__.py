"""The reference door node: a reader, a relay, and what it does when nobody answers."""
