"""Search: what is free then, and what comes close when nothing is."""
