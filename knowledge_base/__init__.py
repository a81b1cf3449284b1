"""Curated entries, search over them, and language identification."""
