"""Floor plans: pictures of the venue on which staff place what people book."""
