"""Families: what parents agreed to, and what minors may use, when. Verbs: give, withdraw, set_rule.

Who answers for whom is in relations/. No document is ever kept: staff note that they saw a signed paper.
"""
