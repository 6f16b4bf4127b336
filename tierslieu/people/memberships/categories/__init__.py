"""Rate categories: who pays which price, on which proof that was seen. Verbs: set, end."""
