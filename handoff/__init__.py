"""Requests to talk to a person."""
