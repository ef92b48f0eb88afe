"""Taskfold on PostgreSQL: with all roles in one process, or with the roles apart and Kafka behind them."""

import json
import os
import tempfile
import urllib.error
import urllib.request
from itertools import count
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from servers import Child, Servers, free_address
from trouble import Failed

PASSWORD = "correct horse battery"
ANSWER_SECONDS = 10.0
PARTITIONS = 16
SETUP_SECONDS = 60.0


class Product:
    """Processes on one database, and what they share."""

    def __init__(self, servers: Servers, binaries: Path, folder: Path) -> None:
        self.servers = servers
        self.binary = str(binaries / "taskfold")
        self.folder = Path(tempfile.mkdtemp(dir=folder))
        self.children: list[Child] = []
        self.numbers = count()
        self.settings = {
            "STORE__KIND": "postgres",
            "RATE_LIMIT__ENABLED": "false",
            "LOG__LEVEL": "error",
        }

    def run(self, *words: str, **settings: str) -> str:
        """Runs a command of the product: what it prints."""
        command = [self.binary, "--data", str(self.folder / "commands"), *words]
        return self.servers.deadline.run(command, SETUP_SECONDS, env=self._environment(settings))

    def create(self, database: str) -> None:
        """A new database with the product's tables, for a role that is neither owner nor superuser."""
        role = urlsplit(self.servers.url(database, SERVICES)).username
        self.run("migrate", "--grant", str(role), STORE__URLS=json.dumps([self.servers.database(database)]))
        self.settings["STORE__URLS"] = json.dumps([self.servers.url(database, SERVICES)])

    def publish(self) -> None:
        """Topics that are empty, and schemas: processors that are started from now on publish the log."""
        self.settings |= {
            "KAFKA__BROKERS": self.servers.brokers,
            "KAFKA__REPLICATION": "1",
            "KAFKA__MIN_INSYNC": "1",
            "REGISTRY__URL": self.servers.registry,
        }
        for command in (["kafka", "remove", "--yes"], ["kafka", "apply"], ["contracts", "publish"]):
            self.run(*command)

    def sign(self) -> None:
        """Keys with which processes that are started from now on sign what they say to each other."""
        keys = self.folder / f"keys-{next(self.numbers)}"
        self.run("keys", "new", "--directory", str(keys))
        self.settings["INTERNAL__KEYS"] = str(keys)

    def role(self, *roles: str, listen: str = "SERVE__LISTEN", **settings: str) -> Child:
        """Starts a process with some roles."""
        return self.start(listen, SERVE__ROLES=json.dumps(roles), **settings)

    def start(self, listen: str = "SERVE__LISTEN", **settings: str) -> Child:
        """Starts a process and waits until it is ready; `listen` is the setting that says where it is asked."""
        number, address = next(self.numbers), free_address()
        command = [self.binary, "--data", str(self.folder / f"data-{number}"), "serve"]
        env = self._environment({**settings, listen: address})
        child = Child(command, env, self.folder / f"log-{number}", address, self.servers.deadline)
        self.children.append(child)
        child.wait_ready()
        return child

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("TASKFOLD_")}
        return {**own, **{f"TASKFOLD_{key}": value for key, value in {**self.settings, **settings}.items()}}

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        return [child.pid for child in self.children]

    def end(self) -> None:
        """Ends all of them."""
        while self.children:
            self.children.pop().end()


# The address of the role that the services have.
SERVICES = "STACK_POSTGRES_APP_URL"


class Fleet:
    """A process of each role, and two gateways, as `just run-services` starts them."""

    def __init__(self, product: Product, database: str) -> None:
        self.product = product
        product.create(database)
        product.publish()
        product.sign()
        self.command = product.role("command", listen="SERVE__INTERNAL_LISTEN")
        self.processor = self.start_processor()
        self.query = product.role("query", listen="SERVE__INTERNAL_LISTEN")
        upstream = {
            "UPSTREAM__COMMAND": f"http://{self.command.address}",
            "UPSTREAM__QUERY": f"http://{self.query.address}",
        }
        self.gateways = [product.role("gateway", **upstream) for _ in range(2)]

    def start_processor(self) -> Child:
        """One more."""
        return self.product.role("processor", listen="SERVE__METRICS_LISTEN")

    def views_behind(self) -> tuple[int, float]:
        """Events that the views do not have, as the query role knows, and the age of the oldest in seconds."""
        told = ready(self.query)
        return told["views_lag_events"], told["views_lag_seconds"]

    def topics_behind(self) -> float:
        """Events that the processor has still to publish; nobody knows while it does not have all partitions."""
        told = ready(self.processor)
        return told["relay_backlog_events"] if told["relay_partitions"] == PARTITIONS else inf

    def logged(self) -> int:
        """Events in the log, as the query role knows."""
        with urllib.request.urlopen(f"http://{self.query.address}/metrics", timeout=ANSWER_SECONDS) as answer:
            lines = answer.read().decode().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("taskfold_log_events "))


def ready(child: Child) -> dict[str, Any]:
    """What a process says of itself."""
    try:
        with urllib.request.urlopen(f"http://{child.address}/readyz", timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        # Not ready, and it says why.
        return json.load(error)


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
