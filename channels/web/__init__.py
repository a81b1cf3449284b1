"""The web chat: page, messages and server-sent events."""
