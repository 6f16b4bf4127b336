"""Memberships: what people signed up for. Plans and their voted prices, memberships, rate categories, credits.

Invariants, kept by the database: nobody has the same plan twice at once, nor two rate categories of one family;
what was voted and what was counted never changes (new terms, reversing entries); no credit goes below zero.
"""
