"""Who comes, who is late, who leaves early, who does not come. Verbs: arrive, be late, leave, release, pardon."""
