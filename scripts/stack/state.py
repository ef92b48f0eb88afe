"""What a stack remembers between commands: its options, ports, secrets and processes."""

import fcntl
import json
import os
import secrets
import shlex
import uuid
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass, field
from pathlib import Path

import ports
import waiting
from fault import StackError
from process import Process

LOCK_SECONDS = 300.0
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class State:
    """A stack as it is written to stack.json."""

    name: str
    directory: Path
    brokers: int = 1
    replica: bool = False
    proxies: list[int] = field(default_factory=list)
    """Ports on which somebody passes on to the brokers, one for each."""
    secure: bool = False
    """Whether brokers have a port with TLS and SASL as well."""
    jaeger: bool = False
    cluster: str = ""
    """Kafka's cluster id."""
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def locate(name: str, directory: str | None) -> Path:
        """Where a stack of this name lives unless a directory is given."""
        return Path(directory).absolute() if directory else REPOSITORY / ".data" / "stack" / name

    @staticmethod
    def load(name: str, directory: Path) -> "State":
        """The stack of a directory, or a new one."""
        try:
            text = json.loads((directory / "stack.json").read_text())
        except FileNotFoundError:
            return State(name, directory, cluster=urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
        except ValueError as error:
            raise StackError(f"{directory}/stack.json is damaged: {error}") from error
        processes = {key: Process(**value) for key, value in text.pop("processes").items()}
        return State(**{**text, "directory": directory, "processes": processes})

    def save(self) -> None:
        """Writes stack.json and stack.env, which nobody else may read: they hold passwords."""
        text = {**asdict(self), "directory": str(self.directory)}
        _write(self.directory / "stack.json", json.dumps(text, indent=2) + "\n")
        lines = [f"{key}={shlex.quote(value)}\n" for key, value in self._environment().items()]
        _write(self.directory / "stack.env", "".join(lines))

    def _environment(self) -> dict[str, str]:
        pids = {f"STACK_{name.upper().replace('-', '_')}_PID": str(p.pid) for name, p in self.processes.items()}
        return {"STACK_NAME": self.name, "STACK_DIR": str(self.directory), **self.variables, **pids}

    def claim_ports(self, names: list[str]) -> None:
        """Gives each name a port, once and for the life of the stack."""
        missing = [name for name in names if name not in self.ports]
        if missing:
            self.save()
            self.ports |= ports.claim(missing, self.directory)
            self.save()

    def secret(self, name: str) -> str:
        """The password of that name, made when it is first asked for."""
        path = self.directory / "secrets" / name
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _write(path, secrets.token_urlsafe(24))
        return path.read_text()


class Locked:
    """Keeps two commands from changing the same stack at once."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.file = (directory / "lock").open("w")

    def __enter__(self) -> None:
        if not waiting.gone(self._taken, LOCK_SECONDS):
            raise StackError(f"another command has been changing this stack for {LOCK_SECONDS:.0f} s")

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _write(path: Path, text: str) -> None:
    """Replaces a private file as a whole, and only when its text changes."""
    if path.exists() and path.read_text() == text:
        return
    part = path.with_name(path.name + ".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
