"""The benchmark: speed as ratios and processor time, start-up, memory and weight, each beside its target."""
