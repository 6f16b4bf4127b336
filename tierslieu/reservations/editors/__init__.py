"""Changing what the venue is: sites, spaces, resources, photos. Hours are changed in reservations/hours."""
