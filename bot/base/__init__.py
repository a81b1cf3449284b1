"""The lowest layer: settings, the record, texts for people, text cleaning."""
