"""People: who uses the house and with which rights. Verbs: sign in, sign out, create an account, enrol a device.

Invariants: an e-mail belongs to one person at most; a session or device secret is stored only as its hash;
no name leaves for logs, addresses or the bus.
"""
