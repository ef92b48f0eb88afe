"""A stack of its own: PostgreSQL, Kafka and registry as `just stack` starts them, and databases on it."""

import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import tools
from clock import Deadline
from trouble import Failed

REPOSITORY = Path(__file__).resolve().parents[2]
MIGRATIONS = REPOSITORY / "crates" / "log" / "migrations" / "postgres"
UP_SECONDS = 120.0
SQL_SECONDS = 60.0
READY_SECONDS = 30.0
# pgbench opens a connection for each client; the counts of buffers come from the library.
AT_START = {"max_connections": "400", "shared_preload_libraries": "pg_stat_statements"}


class Servers:
    """PostgreSQL, Kafka, and the registry of its schemas."""

    def __init__(self, name: str, deadline: Deadline) -> None:
        self.name = name
        self.deadline = deadline
        self.variables: dict[str, str] = {}

    def stack(self, *words: str) -> str:
        """Runs `just stack` without just."""
        command = [sys.executable, "-B", str(REPOSITORY / "scripts" / "stack"), *words]
        return self.deadline.run(command, UP_SECONDS)

    def up(self) -> None:
        """Starts them, with the settings that the benchmark needs."""
        self.stack("up", "--name", self.name, "--only", "postgres,kafka")
        self._read()
        if any(self.sql(f"show {setting}") != value for setting, value in AT_START.items()):
            for setting, value in AT_START.items():
                self.sql(f"alter system set {setting} = '{value}'")
            self.stack("restart", "--name", self.name, "postgres")
            self._read()
            # Known only now. Databases that count say so themselves; nothing else pays for it.
            self.sql("alter system set pg_stat_statements.track = 'none'")
            self.sql("select pg_reload_conf()")
        # Last, as a server that is started anew cuts off who is connected.
        self.stack("up", "--name", self.name, "--only", "registry")
        self._read()

    def _read(self) -> None:
        lines = self.stack("env", "--name", self.name).splitlines()
        pairs = (line.partition("=")[::2] for line in lines)
        self.variables = {key: "".join(shlex.split(value)) for key, value in pairs}

    def down(self) -> None:
        """Ends them and removes their data; does not wait for the deadline."""
        command = [sys.executable, "-B", str(REPOSITORY / "scripts" / "stack"), "down", "--name", self.name, "--wipe"]
        subprocess.run(command, check=False, timeout=UP_SECONDS, stdout=subprocess.DEVNULL)

    @property
    def pids(self) -> dict[str, list[int]]:
        """Whose processor time is counted."""
        return {name: [int(self.variables[f"STACK_{key}_PID"])] for name, key in PIDS.items()}

    @property
    def brokers(self) -> str:
        """Kafka's address."""
        return self.variables["STACK_KAFKA_BROKERS"]

    @property
    def registry(self) -> str:
        """The registry's address."""
        return self.variables["STACK_REGISTRY_URL"]

    def url(self, database: str, of: str = "STACK_POSTGRES_URL") -> str:
        """The superuser's address of a database, or that of another role."""
        return f"{self.variables[of].rpartition('/')[0]}/{database}"

    def sql(self, text: str, database: str = "postgres") -> str:
        """Runs statements as superuser: what they print."""
        psql = [str(tools.postgres() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        return self.deadline.run(psql, SQL_SECONDS, text).strip()

    def database(self, name: str) -> str:
        """A new, empty database: its address."""
        self.sql(f"drop database if exists {name} with (force);")
        self.sql(f"create database {name};")
        return self.url(name)

    def settle(self) -> None:
        """Writes out what is dirty, so that no run pays for the one before."""
        self.sql("checkpoint")


PIDS = {"postgres": "POSTGRES", "kafka": "KAFKA_1"}


class Child:
    """A server that this program starts and ends."""

    def __init__(self, command: list[str], env: dict[str, str], log: Path, address: str, deadline: Deadline) -> None:
        self.address = address
        self.log = log
        self.deadline = deadline
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    @property
    def pid(self) -> int:
        """Its id."""
        return self.process.pid

    def wait_ready(self) -> None:
        """Waits until `/readyz` answers with 200."""
        end = time.monotonic() + min(READY_SECONDS, self.deadline.left())
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Failed(f"it ended while it started: {self.complaint()}")
            try:
                with urllib.request.urlopen(f"http://{self.address}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Failed(f"it was not ready within {READY_SECONDS:.0f} s: {self.complaint()}")

    def complaint(self) -> str:
        """The last lines that it said."""
        return " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-3:]) or "it said nothing"

    def end(self) -> None:
        """Asks it to end, and makes it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_address() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
