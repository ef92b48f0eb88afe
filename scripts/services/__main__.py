"""Taskfold as services on the local stack: a gateway, and several processes of each other role."""

import argparse
import json
import os
import shlex
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

from fault import ServicesError
from service import Binary, Service

REPOSITORY = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="just run-services", description=__doc__)
    root.add_argument("--binary", type=Path, required=True, help=argparse.SUPPRESS)
    root.add_argument("--stack", default="dev", metavar="NAME", help="of `just stack up` (default: dev)")
    root.add_argument("--listen", default="127.0.0.1:7400", help="of the gateway; port 0 takes a free one")
    root.add_argument("--commands", type=int, default=2, metavar="N", help="processes with the role command")
    root.add_argument("--queries", type=int, default=2, metavar="N", help="processes with the role query")
    root.add_argument("--processors", type=int, default=2, metavar="N", help="processes with the role processor")
    root.add_argument("--dir", type=Path, help="keys, configuration and logs (default: .data/services/STACK)")
    return root


def stack_variables(name: str) -> dict[str, str]:
    """What stack.env says."""
    path = REPOSITORY / ".data" / "stack" / name / "stack.env"
    if not path.exists():
        raise ServicesError(f"there is no stack {name}: just stack up --name {name} --only postgres")
    pairs = (line.partition("=") for line in path.read_text().splitlines() if line)
    return {key: shlex.split(value)[0] if value else "" for key, _, value in pairs}


def address(variables: dict[str, str], key: str) -> str:
    """An address of PostgreSQL."""
    if key not in variables:
        raise ServicesError(f"the stack has no {key}: just stack up --only postgres")
    return variables[key]


def prepare(binary: Binary, directory: Path, variables: dict[str, str]) -> Path:
    """Makes keys, once, and the tables; returns the directory of the keys."""
    keys = directory / "keys"
    if not list(keys.glob("*.key")):
        binary.run("keys", "new", "--directory", str(keys))
    role = urlsplit(address(variables, "STACK_POSTGRES_APP_URL")).username
    owner = {
        "TASKFOLD_STORE__KIND": "postgres",
        "TASKFOLD_STORE__URLS": address(variables, "STACK_POSTGRES_OWNER_URL"),
    }
    print(binary.run("migrate", "--grant", str(role), environment=owner), end="", flush=True)
    return keys


def write_private(path: Path, secret: str) -> None:
    """A file that only its owner can read."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")


def publishes(binary: Binary, variables: dict[str, str]) -> dict[str, dict[str, str | int]]:
    """The tables of taskfold.toml by which the log is published, where the stack has a Kafka and a registry; makes the
    topics and publishes the schemas."""
    if not {"STACK_KAFKA_BROKERS", "STACK_REGISTRY_URL"} <= variables.keys():
        return {}
    brokers = variables["STACK_KAFKA_BROKERS"]
    copies = min(3, brokers.count(",") + 1)
    kafka: dict[str, str | int] = {"brokers": brokers, "replication": copies, "min_insync": max(1, copies - 1)}
    tables = {"kafka": kafka, "registry": {"url": variables["STACK_REGISTRY_URL"]}}
    environment = {
        f"TASKFOLD_{name.upper()}__{key.upper()}": str(value)
        for name, pairs in tables.items()
        for key, value in pairs.items()
    }
    environment |= {"TASKFOLD_STORE__KIND": "postgres"}
    for command in (["kafka", "apply"], ["contracts", "publish"]):
        print(binary.run(*command, environment=environment), end="", flush=True)
    return tables


def configuration(
    roles: list[str],
    keys: Path,
    urls: Path,
    redis: Path | None,
    otlp: str | None,
    tables: dict[str, dict[str, str | int]],
    **settings: str | list[str],
) -> str:
    """taskfold.toml of a process. Strings, numbers and lists of them look alike in TOML and in Python's JSON."""
    def table(name: str, pairs: dict[str, str | int] | dict[str, str | list[str]]) -> str:
        lines = [f"{key} = {json.dumps(value)}" for key, value in pairs.items()]
        return "\n".join([f"[{name}]", *lines, ""])

    upstream = {key: settings.pop(key) for key in ("command", "query") if key in settings}
    parts = [
        table("store", {"kind": "postgres", "urls_file": str(urls)}),
        table("internal", {"keys": str(keys)}),
        table("serve", {"roles": roles, **settings}),
    ]
    if otlp:
        parts.append(table("telemetry", {"otlp_endpoint": otlp}))
    if redis:
        parts.append(table("redis", {"url_file": str(redis)}))
    if "processor" in roles:
        parts += [table(name, pairs) for name, pairs in tables.items()]
    return "\n".join([*parts, table("upstream", upstream)] if upstream else parts)


def start(arguments: argparse.Namespace, started: list[Service]) -> Service:
    """Starts everything, each process after those that it needs; returns the gateway."""
    directory = arguments.dir or REPOSITORY / ".data" / "services" / arguments.stack
    directory.mkdir(parents=True, exist_ok=True)
    variables = stack_variables(arguments.stack)
    binary = Binary(arguments.binary, directory)
    keys = prepare(binary, directory, variables)
    urls = directory / "urls"
    write_private(urls, address(variables, "STACK_POSTGRES_APP_URL"))
    redis = directory / "redis" if "STACK_REDIS_URL" in variables else None
    if redis:
        write_private(redis, variables["STACK_REDIS_URL"])
    otlp = variables.get("STACK_OTLP_URL")
    tables = publishes(binary, variables)

    def launch(name: str, roles: list[str], **settings: str | list[str]) -> Service:
        service = Service(name, binary, configuration(roles, keys, urls, redis, otlp, tables, **settings))
        started.append(service)
        return service

    free = "127.0.0.1:0"
    commands = [launch(f"command-{n}", ["command"], internal_listen=free) for n in range(1, arguments.commands + 1)]
    for n in range(1, arguments.processors + 1):
        launch(f"processor-{n}", ["processor"], metrics_listen=free)
    queries = [launch(f"query-{n}", ["query"], internal_listen=free) for n in range(1, arguments.queries + 1)]
    gateway = launch(
        "gateway",
        ["gateway"],
        listen=arguments.listen,
        command=[command.url() for command in commands],
        query=[query.url() for query in queries],
    )
    gateway.wait_until_ready(READY_SECONDS)
    return gateway


def main(words: list[str]) -> int:
    """Runs until Ctrl-C or SIGTERM, or until a process ends by itself."""
    arguments = parser().parse_args(words)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started: list[Service] = []
    status = 0
    try:
        gateway = start(arguments, started)
        for service in started:
            print(f"{service.name}: pid {service.pid}, {service.url()}, log {service.log}", flush=True)
        print(f"Taskfold is at {gateway.url()}", flush=True)
        ended = Service.wait_for_any(started)
        print(f"{ended.name} ended by itself: {ended.tail()}", file=sys.stderr, flush=True)
        status = 1
    except KeyboardInterrupt:
        print("stopping", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        # The door first, so that nobody is sent to a role that is gone.
        for service in reversed(started):
            status = max(status, service.stop())
    return status


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ServicesError as error:
        sys.exit(f"services: {error}")
