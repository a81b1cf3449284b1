import shutil
from pathlib import Path

import pytest

from bot.app import training
from bot.app.training import TrainingFailed, model_path, rasa_command, rasa_environment, train
from bot.base.paths import INTENTS, RASA_CONFIG, RASA_FILES, RASA_MODELS


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the model is trained from."""
    shutil.copytree(INTENTS, tmp_path / "intents")
    shutil.copytree(RASA_FILES, tmp_path / "rasa", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(RASA_CONFIG, tmp_path / "config.yml")
    files = [*(tmp_path / "rasa").glob("*.yml"), *(tmp_path / "rasa").glob("*.py")]
    monkeypatch.setattr(training, "INTENTS", tmp_path / "intents")
    monkeypatch.setattr(training, "RASA_CONFIG", tmp_path / "config.yml")
    monkeypatch.setattr(training, "_INPUTS", tuple(files))
    return tmp_path


def test_model_path_stays_while_nothing_changes(inputs: Path) -> None:
    assert model_path("some/model") == model_path("some/model")
    assert model_path("some/model").parent == RASA_MODELS


@pytest.mark.parametrize(
    "name",
    ["config.yml", "intents/ckb.yml", "rasa/domain.yml", "rasa/rules.yml", "rasa/featurizer.py"],
)
def test_model_path_changes_with_each_input(inputs: Path, name: str) -> None:
    before = model_path("some/model")
    with (inputs / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert model_path("some/model") != before


def test_model_path_changes_with_the_encoder_and_with_a_new_language(inputs: Path) -> None:
    before = model_path("some/model")
    assert model_path("other/model") != before
    shutil.copy(inputs / "intents/en.yml", inputs / "intents/de.yml")
    assert model_path("some/model") != before


def test_rasa_listens_on_this_machine_only() -> None:
    command = rasa_command(Path("m.tar.gz"), 5)
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert rasa_environment("u", "s")["RASA_TELEMETRY_ENABLED"] == "false"
    assert "s" not in command


def test_rasa_gets_to_know_only_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MERHABA_TELEGRAM_TOKEN", "DATABASE_URL", "HTTP_PROXY", "ANOTHER_TOKEN"):
        monkeypatch.setenv(name, "secret")
    known = rasa_environment("http://127.0.0.1:9", "word", MERHABA_STREAMS_PORT="7")
    assert "secret" not in known.values()
    assert (known["MERHABA_SECRET"], known["MERHABA_STREAMS_PORT"]) == ("word", "7")
    assert "PATH" in known


def test_train_that_fails_names_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "RASA_PYTHON", Path(shutil.which("false") or "/bin/false"))
    log = tmp_path / "logs" / "training.log"
    with pytest.raises(TrainingFailed, match=rf"exit 1\); see {log}"):
        train(tmp_path / "models" / "m.tar.gz", "http://127.0.0.1:9", "secret", log)
    assert log.exists()
    assert list((tmp_path / "models").iterdir()) == []
