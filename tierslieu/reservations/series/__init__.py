"""Series: a reservation that repeats, its dates kept one by one, and none of them lost."""
