"""Badges, pure: how codes are written and read, and who may pass; for the service and for door nodes."""
