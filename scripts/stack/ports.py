"""Ports that belong to one stack, also while its servers are down."""

import fcntl
import json
import random
import socket
from pathlib import Path

import tools
from fault import StackError

# Below the ports that the kernel gives to outgoing connections: one of those could take the port of a killed server.
FIRST, LAST = 20000, 32000
HOST = "127.0.0.1"


def claim(wanted: list[str], owner: Path) -> dict[str, int]:
    """A free port for each name; nobody who asks later gets them while the owner's directory has a stack."""
    with _claims() as claims:
        found = {}
        for name in wanted:
            found[name] = _free(claims.ports)
            claims.ports[found[name]] = str(owner)
        return found


def release(owner: Path) -> None:
    """Gives back the ports of a stack."""
    with _claims() as claims:
        claims.ports = {port: held for port, held in claims.ports.items() if held != str(owner)}


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free(taken: dict[int, str]) -> int:
    for port in random.sample(range(FIRST, LAST), 1000):
        if port not in taken and is_free(port):
            return port
    raise StackError(f"no free port between {FIRST} and {LAST}")


class _claims:
    """The claims of every stack of this account, locked while they are changed."""

    def __init__(self) -> None:
        self.path = tools.cache() / "ports.json"
        self.ports: dict[int, str] = {}

    def __enter__(self) -> "_claims":
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("a+")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        self.file.seek(0)
        held: dict[str, str] = json.loads(self.file.read() or "{}")
        self.ports = {int(port): owner for port, owner in held.items() if Path(owner, "stack.json").exists()}
        return self

    def __exit__(self, *_: object) -> None:
        self.file.truncate(0)
        self.file.write(json.dumps(self.ports, indent=1))
        self.file.close()
