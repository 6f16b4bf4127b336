"""Relations: who answers for whom, and who is a minor. Verbs: link, end, note_standing.

Invariants: nobody is linked to themselves; one link in force between two persons; no ring of links; a minor is
nobody's guardian; at most four people answer for one person. Rights that come from guarding a child end by
themselves when the child is of age.
"""
