"""Groups: associations, school classes, programmes, companies. Verbs: create, add, remove, import.

A school class may be a headcount without any name. An import writes all of a file or nothing.
"""
