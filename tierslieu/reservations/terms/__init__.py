"""Terms: under which rules somebody may use a resource; drafts of new rules, tried on what happened before.

A set of rules is lines: for whom (a role, a plan, everybody), on what (a resource, a space, a kind, everything),
which rule, which value. One set is in force; a draft is tried, then put in force. Resources keep the values that
hold where no line says otherwise.
"""
