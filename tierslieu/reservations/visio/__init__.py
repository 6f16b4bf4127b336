"""Meetings at a distance: the link of a room's reservation, how to plug in, a slot to test the equipment before."""
