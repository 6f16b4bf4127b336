"""Input and output that knows no feature: settings, database, jobs, broker, live updates, mail, files."""
