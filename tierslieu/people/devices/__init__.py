"""Devices: accounts of kiosks, machines and doors. Verbs: enrol, revoke."""
