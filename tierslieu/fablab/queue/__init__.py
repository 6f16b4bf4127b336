"""The queue people trust: who is next, on which machine, when, and why not."""
