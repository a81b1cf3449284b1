"""Training Rasa's model when something it was trained from has changed."""

import hashlib
import os
import subprocess
from pathlib import Path

from bot.app.child import bare_environment, die_with
from bot.base.paths import INTENTS, MODELS, PROJECT, RASA_CONFIG, RASA_FILES, RASA_MODELS, RASA_PYTHON
from knowledge_base.encoder.encoder import fingerprint

_INPUTS = (*RASA_FILES.glob("*.yml"), *RASA_FILES.glob("*.py"))


class TrainingFailed(RuntimeError):
    """Rasa could not train; the message names the log."""


def model_path(encoder: str) -> Path:
    """Where the model for the present data, configuration and encoder lies or will lie."""
    digest = hashlib.sha256(fingerprint(encoder).encode())
    for path in sorted([RASA_CONFIG, *_INPUTS, *INTENTS.glob("*.yml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return RASA_MODELS / f"{digest.hexdigest()[:16]}.tar.gz"


def rasa_environment(service_url: str, secret: str, **more: str) -> dict[str, str]:
    """All that Rasa gets to know, and the switches that keep it quiet and small."""
    return {
        **bare_environment(),
        "MERHABA_SERVICE_URL": service_url,
        "MERHABA_SECRET": secret,
        "PYTHONPATH": str(PROJECT),
        "HOME": str(MODELS),  # Rasa writes its settings there, also with telemetry switched off
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(MODELS / "rasa-cache"),
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        **more,
    }


def train(target: Path, service_url: str, secret: str, log: Path) -> None:
    """Train and put the model at `target`. Raises TrainingFailed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = f"part-{os.getpid()}"
    command = [
        *(str(RASA_PYTHON), "-m", "rasa", "train", "--quiet"),
        *("--config", str(RASA_CONFIG), "--domain", str(RASA_FILES / "domain.yml")),
        *("--data", str(INTENTS), str(RASA_FILES / "rules.yml")),
        *("--out", str(target.parent), "--fixed-model-name", part),
    ]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603  (fixed command of ours)
            command,
            cwd=PROJECT,
            env=rasa_environment(service_url, secret),
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with(os.getpid()),
            check=False,
        )
    made = target.parent / f"{part}.tar.gz"
    if done.returncode or not made.exists():
        raise TrainingFailed(f"Rasa could not train its model (exit {done.returncode}); see {log}")
    made.replace(target)


def rasa_command(model: Path, port: int) -> list[str]:
    """Command line of the Rasa server, on the loopback interface only: its token does not cover REST."""
    return [
        *(str(RASA_PYTHON), "-m", "bot.rasa.start", "run", "--model", str(model)),
        *("--interface", "127.0.0.1", "--port", str(port), "--enable-api"),
        *("--endpoints", str(RASA_FILES / "endpoints.yml")),
        *("--credentials", str(RASA_FILES / "credentials.yml"), "--log-file", os.devnull),
    ]
