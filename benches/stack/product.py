"""Taskfold on PostgreSQL, as `taskfold serve` with all roles in one process."""

import json
import os
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from servers import Child, Servers, free_address
from trouble import Failed

PASSWORD = "correct horse battery"
ANSWER_SECONDS = 10.0


class Product:
    """A process, or several on the same database: each is a gateway of its own."""

    def __init__(self, servers: Servers, binaries: Path, folder: Path) -> None:
        self.servers = servers
        self.binary = str(binaries / "taskfold")
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.children: list[Child] = []

    def environment(self, url: str) -> dict[str, str]:
        """The configuration: see docs/operations/postgresql.md."""
        return {
            **os.environ,
            "TASKFOLD_STORE__KIND": "postgres",
            "TASKFOLD_STORE__URLS": json.dumps([url]),
            "TASKFOLD_RATE_LIMIT__ENABLED": "false",
            "TASKFOLD_LOG__LEVEL": "error",
        }

    def migrate(self, database: str) -> str:
        """A new database with the product's tables: its address."""
        url = self.servers.database(database)
        self.servers.deadline.run([self.binary, "migrate"], ANSWER_SECONDS * 6, env=self.environment(url))
        return url

    def start(self, url: str, **more: str) -> str:
        """Starts a process on a database: the address of its gateway."""
        number, address = len(self.children), free_address()
        data = self.folder / f"taskfold-{number}"
        data.mkdir()
        command = [self.binary, "serve", "--listen", address, "--data", str(data)]
        log = self.folder / f"taskfold-{number}.log"
        self.children.append(Child(command, {**self.environment(url), **more}, log, self.servers.deadline))
        self.children[-1].wait_ready(address)
        return address

    @property
    def pid(self) -> int:
        """The process that was started last."""
        return self.children[-1].process.pid

    def end(self) -> None:
        """Ends all of them."""
        while self.children:
            self.children.pop().end()


def accounts(address: str, count: int) -> list[str]:
    """Registers so many people: a token of each."""
    return [_account(address, number) for number in range(count)]


def _account(address: str, number: int) -> str:
    person = {"email": f"bench-{number}@example.com", "password": PASSWORD, "display_name": f"Bench {number}"}
    headers, _ = _post(address, "/api/v1/auth/register", person, {})
    cookie = {"cookie": headers["set-cookie"].partition(";")[0], "sec-fetch-site": "same-origin"}
    _, made = _post(address, "/api/v1/tokens", {"name": "bench", "scopes": ["read", "write"]}, cookie)
    return made["secret"]


def _post(address: str, path: str, body: object, headers: dict[str, str]) -> tuple[Any, Any]:
    request = urllib.request.Request(
        f"http://{address}{path}",
        data=json.dumps(body).encode(),
        headers={"content-type": "application/json", **headers},
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        raise Failed(f"POST {path}: {error.code} {error.read(300).decode(errors='replace')}") from error
