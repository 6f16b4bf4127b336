"""Plans (« formules »): what can be taken, and its prices as voted. Verbs: create, change, withdraw, offer again."""
