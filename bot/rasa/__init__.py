"""What Rasa loads. Runs on Python 3.10 and imports nothing else of the project."""
