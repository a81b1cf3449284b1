"""The sentence encoder: building it from pinned wheels and using it."""
