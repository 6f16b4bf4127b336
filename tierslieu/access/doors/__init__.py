"""Doors: orders to door nodes, what they answer, what they see."""
