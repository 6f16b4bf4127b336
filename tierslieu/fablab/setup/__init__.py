"""Setting machines up: what they are, how they are reached, and the program that speaks with them."""
