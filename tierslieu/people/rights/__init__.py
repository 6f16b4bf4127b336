"""Rights of the person over their data, and the time it is kept. Verbs: download, erase, forget, read the log.

Nothing here knows another feature's tables: each feature declares where people appear in them
(`infra.personal`), and export, erasure and forgetting work on these declarations.
"""
