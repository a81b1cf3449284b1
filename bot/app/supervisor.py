"""One supervisor: starts Valkey, the service, Rasa and the gateway, restarts what dies, stops all."""

import os
import secrets
import signal
import sys
import time
from collections.abc import Callable

import httpx

from bot.app.child import Child, bare_environment
from bot.app.logs import last_line, rotate_if_long
from bot.app.probe import Probe
from bot.app.progress import Step, console, step
from bot.app.running import Running, free_port, is_free, remove_running, take, write_running
from bot.app.streams import embedded_command, streams_at
from bot.app.training import model_path, rasa_command, rasa_environment, train
from bot.base.settings import Settings

_STALLED = 180.0  # seconds without a new line in its log, after which a part counts as stuck
# The threads of the numeric libraries wait by spinning: that took half of the service's processor time.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# In the order of stopping; 9 s at most.
_STOP_SECONDS = {"gateway": 2.0, "service": 3.0, "rasa": 2.0, "valkey": 2.0}


class StartFailed(RuntimeError):
    """A part did not become ready; the message says which and where its log is."""


class Supervisor:
    """The parts of one stack on one data directory."""

    def __init__(self, settings: Settings, *, public: bool = True) -> None:
        self._settings = settings
        self._public = public
        self._secret = secrets.token_urlsafe(32)
        self._children: dict[str, Child] = {}
        self._stopping = False

    def start(self) -> Running:
        """Start everything; returns when the first message can be answered.

        Raises InUse, StartFailed or TrainingFailed, and then leaves nothing running."""
        data = self._settings.data
        self._lock = take(data)
        try:
            running = self._plan()
            # Early, so that a second start can name this one while it is still starting.
            write_running(data, running)
            self._start_service()
            self._train_if_needed()
            self._start_rasa()
            if self._public:
                self._start_gateway()
        except BaseException:
            self.stop()
            raise
        return running

    def _plan(self) -> Running:
        host, port = self._settings.host, self._settings.port
        if self._public and port and not is_free(host, port):
            raise StartFailed(
                f"port {port} on {host} is in use. Choose another one: --port N (0 picks a free one)"
            )
        self._internal, self._rasa = free_port(), free_port()
        self._port = port or free_port(host)
        return Running(
            pid=os.getpid(),
            public_url=f"http://{host}:{self._port}" if self._public else None,
            internal_url=f"http://127.0.0.1:{self._internal}",
            secret=self._secret,
        )

    def _start_service(self) -> None:
        self._start_streams()
        environment = {
            **self._own_environment(),
            **_ONE_THREAD,
            "MERHABA_INTERNAL_PORT": str(self._internal),
            "MERHABA_RASA_URL": f"http://127.0.0.1:{self._rasa}",
        }
        with step("Service with encoder and knowledge base") as shown:
            service = self._add("service", [sys.executable, "-m", "bot.app.serve"], environment)
            self._wait(service, self._service_is_ready, shown)

    def _start_streams(self) -> None:
        if self._settings.redis_url:
            self._environment = streams_at(self._settings.redis_url).environment()
            return
        command, streams = embedded_command(self._settings.data / "streams", free_port())
        self._environment = streams.environment()
        self._add("valkey", command, bare_environment())

    def _own_environment(self) -> dict[str, str]:
        """What the service and the gateway need to know; other settings they read from the environment."""
        return {
            **os.environ,
            **self._environment,
            "MERHABA_DATA": str(self._settings.data),
            "MERHABA_HOST": self._settings.host,
            "MERHABA_PORT": str(self._port),
            "MERHABA_ENCODER": self._settings.encoder,
            "MERHABA_SECRET": self._secret,
        }

    def _start_gateway(self) -> None:
        environment = {
            **self._own_environment(),
            "MERHABA_SERVICE_URL": f"http://127.0.0.1:{self._internal}",
        }
        with step("Gateway") as shown:
            gateway = self._add("gateway", [sys.executable, "-m", "bot.app.gateway"], environment)
            self._wait(gateway, self._gateway_is_ready, shown)

    def _train_if_needed(self) -> None:
        self._model = model_path(self._settings.encoder)
        if self._model.exists():
            return
        with step("Training Rasa"):
            log = self._settings.data / "logs" / "training.log"
            train(self._model, f"http://127.0.0.1:{self._internal}", self._secret, log)

    def _start_rasa(self) -> None:
        url = f"http://127.0.0.1:{self._internal}"
        environment = rasa_environment(url, self._secret, **self._environment)
        with step("Rasa") as shown:
            rasa = self._add("rasa", rasa_command(self._model, self._rasa), environment)
            self._wait(rasa, self._rasa_is_ready, shown)

    def _add(self, name: str, command: list[str], environment: dict[str, str]) -> Child:
        child = Child(name, command, environment, self._settings.data / "logs" / f"{name}.log")
        self._children[name] = child
        child.start()
        return child

    def _wait(self, child: Child, is_ready: Callable[[], bool], shown: Step) -> None:
        line, since = "", time.monotonic()
        while not is_ready():
            if not child.is_running:
                raise StartFailed(f"{child.name} stopped while starting; see {child.log}")
            newest = last_line(child.log)
            if newest != line:
                line, since = newest, time.monotonic()
                shown.say(line)
            if time.monotonic() - since > _STALLED:
                raise StartFailed(f"{child.name} made no progress for {_STALLED:.0f} s; see {child.log}")
            time.sleep(0.5)

    def _service_is_ready(self) -> bool:
        return self._answers(f"http://127.0.0.1:{self._internal}/ready")

    def _rasa_is_ready(self) -> bool:
        return self._answers(self._rasa_status())

    def _rasa_status(self) -> str:
        return f"http://127.0.0.1:{self._rasa}/status"

    def _gateway_is_ready(self) -> bool:
        return self._answers(f"http://{self._settings.host}:{self._port}/health/live")

    def _answers(self, url: str) -> bool:
        try:
            return httpx.get(url, headers={"Authorization": self._secret}, timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def watch(self) -> None:
        """Restart what dies, and a Rasa that hangs, and keep logs short, until a signal asks to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)
        rasa = self._children["rasa"]
        probe = Probe(rasa, self._rasa_status())
        probe.start()
        while not self._stopping:
            if probe.hangs:
                console.print("rasa has answered nothing for too long and is ended")
                rasa.kill()
            for child in self._children.values():
                self._look_after(child)
            time.sleep(0.2)

    def _look_after(self, child: Child) -> None:
        rotate_if_long(child.log)
        if child.restart_if_due():
            console.print(f"{child.name} had stopped and was started again; see {child.log}")

    def _ask_to_stop(self, *_: object) -> None:
        self._stopping = True

    def stop(self) -> None:
        """Stop all parts within 10 s, the service first, so that no answer is cut off."""
        for name, seconds in _STOP_SECONDS.items():
            if name in self._children:
                self._children[name].stop(seconds)
        remove_running(self._settings.data)
        self._lock.release()
