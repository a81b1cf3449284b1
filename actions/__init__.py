"""Rasa custom actions. They run inside the service."""
