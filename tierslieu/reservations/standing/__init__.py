"""What the house does about presence, and where repeated no-shows leave somebody. Below the rules: they ask it."""
