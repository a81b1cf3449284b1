"""The road of a message from a channel to its reply."""
