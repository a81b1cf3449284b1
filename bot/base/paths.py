"""Where the parts of the project lie on disk."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MODELS = PROJECT / "models"
ENCODER = MODELS / "encoder"
RASA_MODELS = MODELS / "rasa"
INTENTS = PROJECT / "nlu_data" / "intents"
EMERGENCY_PHRASES = PROJECT / "nlu_data" / "emergency"
CONTENT = PROJECT / "knowledge_base" / "content"
LANGUAGES_FILE = CONTENT / "languages.yml"
TEXTS = PROJECT / "bot" / "base" / "texts"
RASA_FILES = PROJECT / "bot" / "rasa"
RASA_CONFIG = PROJECT / "config.yml"
RASA_PYTHON = PROJECT / ".venv-rasa" / "bin" / "python"
