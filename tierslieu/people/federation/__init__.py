"""Federation: signing in with an identity from FranceConnect or ProConnect (OpenID Connect). Verbs: link, unlink.

Invariants: an identity is (issuer, subject) and belongs to one person; nobody's account is linked because an address
is the same, only after they proved that it is theirs; what a provider says counts once its signature was checked.
"""
