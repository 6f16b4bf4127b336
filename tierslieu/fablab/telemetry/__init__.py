"""What machines measure: temperatures, power, energy; raw for some days, by the hour for years, and what it means."""
