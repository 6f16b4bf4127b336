"""Messages: what the house tells a person, by the channels they accept. Verbs: post, send, print, call."""
