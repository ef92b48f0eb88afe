"""The reference in `benches/reference`: installed, started, measured."""

import hashlib
import os
import secrets
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import tools
from clock import Watch
from driver import Driver
from product import PARTITIONS, Product
from servers import Child, Servers, free_address
from taskfold import WARM_SECONDS, Taskfold, together, writing
from trouble import Failed, attempt

SOURCE = Path(__file__).resolve().parents[1] / "reference"
DATABASE = "reference"
TOPIC = "reference-events"
WORKERS = 2
INSTALL_SECONDS = 300.0
VARIANTS = {"published before the answer": "before", "outbox, answered after the commit": "outbox"}


def environment() -> Path:
    """Python with the reference's packages, made once for each list of them."""
    wanted = SOURCE / "requirements.txt"
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]
    folder = tools.cache().parent / f"reference-{digest}"
    python = folder / "bin" / "python"
    if not (folder / "whole").exists():
        tools.say("installing the reference's packages")
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(folder)],
            [str(python), "-m", "pip", "install", "-q", "-r", str(wanted)],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
            if done.returncode:
                raise Failed(f"the reference's packages cannot be installed: {done.stderr.strip()[-400:]}")
        (folder / "whole").touch()
    return python


def measure(servers: Servers, driver: Driver, product: Product, clients: int, seconds: int) -> dict[str, Any]:
    """Commands a second of each variant, and of Taskfold after each, so that they make pairs: with all roles, then with
    those that write alone."""

    def variant(publish: str) -> dict[str, float]:
        token = _set_up(servers)
        child = _start(servers, product.folder, publish)
        try:
            child.wait_ready()
            driver.load(child.address, [token], clients, WARM_SECONDS)
            servers.settle()
            watch = Watch({**servers.pids, "server": [child.pid]})
            row = driver.load(child.address, [token], clients, seconds)
            return {**row, **watch.cost(row["per_second"] * seconds)}
        finally:
            child.end()

    whole = Taskfold(servers, driver, product, together, "taskfold_together")
    writers = Taskfold(servers, driver, product, writing, "taskfold_writing")
    return {
        name: {
            "reference": attempt(lambda: variant(publish)),
            "writing": attempt(lambda: writers.measure(clients, seconds)),
            "together": attempt(lambda: whole.measure(clients, seconds)),
        }
        for name, publish in VARIANTS.items()
    }


def _start(servers: Servers, folder: Path, publish: str) -> Child:
    address = free_address()
    host, port = address.split(":")
    uvicorn = [str(environment()), "-B", "-m", "uvicorn", "app:app", "--app-dir", str(SOURCE)]
    options = ["--host", host, "--port", port, "--workers", str(WORKERS), "--loop", "uvloop", "--http", "httptools"]
    env = {
        **os.environ,
        "REFERENCE_POSTGRES": servers.url(DATABASE),
        "REFERENCE_KAFKA": servers.brokers,
        "REFERENCE_PUBLISH": publish,
    }
    command = [*uvicorn, *options, "--no-access-log", "--log-level", "warning"]
    return Child(command, env, folder / f"reference-{publish}.log", address, servers.deadline)


def _set_up(servers: Servers) -> str:
    """A new database, the topic, and somebody's token."""
    servers.database(DATABASE)
    servers.sql((SOURCE / "schema.sql").read_text(), DATABASE)
    token = secrets.token_urlsafe(32)
    digest = hashlib.sha256(token.encode()).hexdigest()
    servers.sql(f"insert into tokens values ('\\x{digest}', '{uuid.uuid4()}', '{uuid.uuid4()}')", DATABASE)
    words = ["--create", "--if-not-exists", "--topic", TOPIC, "--partitions", str(PARTITIONS)]
    servers.stack("--name", servers.name, "kafka-topics", *words, "--replication-factor", "1")
    return token
