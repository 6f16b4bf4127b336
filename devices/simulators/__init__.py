"""Machines that do not exist, speaking the real contract over a real broker: for demonstrations and tests."""
