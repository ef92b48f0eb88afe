"""One process of Taskfold, started here and stopped by its id."""

import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from fault import ServicesError

SAY_SECONDS = 30.0
STOP_SECONDS = 12.0
POLL_SECONDS = 0.2
SETUP_SECONDS = 300.0
LINES = 5


class Binary:
    """The program, and where its processes keep their things."""

    def __init__(self, path: Path, directory: Path) -> None:
        if not path.exists():
            raise ServicesError(f"there is no {path}: cargo build -p taskfold")
        self.path = path.absolute()
        self.directory = directory.absolute()

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """That of this process, without settings of Taskfold."""
        own = {key: value for key, value in os.environ.items() if not key.startswith("TASKFOLD_")}
        return {**own, **more}

    def run(self, *words: str, environment: dict[str, str] | None = None) -> str:
        """Runs a command to its end; what it printed."""
        nothing = self.directory / "none.toml"
        nothing.touch()
        done = subprocess.run(
            [self.path, "--config", nothing, "--data", self.directory / "setup", *words],
            env=self.environment(environment or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=SETUP_SECONDS,
        )
        if done.returncode:
            raise ServicesError(f"taskfold {words[0]}: {done.stderr.strip()}")
        return done.stdout


class Service:
    """A process with one or several roles."""

    def __init__(self, name: str, binary: Binary, configuration: str) -> None:
        self.name = name
        home = binary.directory / name
        home.mkdir(parents=True, exist_ok=True)
        (home / "taskfold.toml").write_text(configuration)
        self.log = home / "log.txt"
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                [binary.path, "--config", home / "taskfold.toml", "--data", home / "data", "serve"],
                env=binary.environment({}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # Ctrl-C is for this program, which stops them in order.
                start_new_session=True,
            )
        self.pid = self._child.pid
        self._url: str | None = None
        self._said = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            found = re.search(r"http://\S+", line)
            if found and self._url is None:
                self._url = found.group()
                self._said.set()
        self._said.set()

    def url(self) -> str:
        """Where it is, once it has said so."""
        if not self._said.wait(SAY_SECONDS) or self._url is None:
            raise ServicesError(f"{self.name} does not start: {self.tail()}")
        return self._url

    def wait_until_ready(self, seconds: float) -> None:
        """Until /readyz says 200."""
        end = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(f"{self.url()}/readyz", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                reason = error.read().decode(errors="replace")
            except OSError as error:
                reason = str(error)
            if time.monotonic() > end or self._child.poll() is not None:
                raise ServicesError(f"{self.name} is not ready: {reason}; {self.tail()}")
            time.sleep(POLL_SECONDS)

    @staticmethod
    def wait_for_any(services: "list[Service]") -> "Service":
        """Until one of them ends."""
        while True:
            for service in services:
                if service._child.poll() is not None:
                    return service
            time.sleep(POLL_SECONDS)

    def stop(self) -> int:
        """Asks it to end, kills it when it does not; 1 when it did not end well."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
        try:
            code = self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
            print(f"{self.name} did not end within {STOP_SECONDS:.0f} s and was killed", flush=True)
            return 1
        return int(code != 0)

    def tail(self) -> str:
        """The end of what it logged."""
        lines = self.log.read_text(errors="replace").splitlines()[-LINES:]
        return "\n".join([f"the end of {self.log}:", *lines])
