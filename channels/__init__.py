"""Ways in: web chat and terminal."""
