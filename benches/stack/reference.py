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
from product import Product
from servers import Child, Servers, free_address
from taskfold import WARM_SECONDS, Taskfold
from trouble import Failed, attempt

SOURCE = Path(__file__).resolve().parents[1] / "reference"
DATABASE = "reference"
TOPIC = "reference-events"
PARTITIONS = 16
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
    """Commands a second of each variant, and of Taskfold after each, so that they make pairs."""

    def variant(publish: str) -> dict[str, float]:
        token, address = _set_up(servers), free_address()
        child = _start(servers, product.folder, address, publish)
        try:
            child.wait_ready(address)
            driver.load(address, [token], clients, WARM_SECONDS)
            servers.settle()
            watch = Watch({**servers.pids, "server": child.process.pid})
            row = driver.load(address, [token], clients, seconds)
            return {**row, **watch.cost(row["per_second"] * seconds)}
        finally:
            child.end()

    taskfold = Taskfold(servers, driver, product, "taskfold_reference")
    found = {}
    for name, publish in VARIANTS.items():
        theirs = attempt(lambda: variant(publish))
        found[name] = {"reference": theirs, "taskfold": attempt(lambda: taskfold.measure(clients, seconds))}
    return found


def _start(servers: Servers, folder: Path, address: str, publish: str) -> Child:
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
    return Child(command, env, folder / f"reference-{publish}.log", servers.deadline)


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
