"""Access: badges, the kiosk at the door and the passages it records. Verbs: issue, reprint, revoke, record a scan.

Invariants: a badge's secret is stored only as its hash; a badge that was replaced never works again; one
presentation of a badge is one stored scan, however often it is sent; a scan keeps no name.
"""
