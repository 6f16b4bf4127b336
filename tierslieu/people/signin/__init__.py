"""Sign-in: how a person proves who they are. Verbs: sign in, sign out."""
