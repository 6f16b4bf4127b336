"""People: who uses the house, with which rights, and how the house speaks with them.

Each folder is one noun with its own rules, tables, queries, actions and pages; who may import whom is written
in pyproject.toml. An e-mail belongs to one person at most; a session or device secret is stored only as its
hash; no name leaves for logs, addresses or the bus.
"""
