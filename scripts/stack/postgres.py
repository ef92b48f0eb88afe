"""PostgreSQL: a primary with the roles and databases of Taskfold, and a streaming replica when asked for."""

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

import ports
import process
import tools
import waiting
from fault import StackError
from service import Service
from waiting import Unanswered

ANSWER_SECONDS = 3.0
SETUP_SECONDS = 120.0
LEAVE_SECONDS = 5.0
DATABASE, TEMPLATE = "taskfold", "taskfold_template"
OWNER, APP, REGISTRY, REPLICATION = "taskfold_owner", "taskfold_app", "registry", "replication"

# Durable as in production (fsync, synchronous_commit and full_page_writes keep their default, on), and otherwise
# as quick as that allows. Logical decoding is on for change data capture.
SETTINGS = f"""
listen_addresses = '{ports.HOST}'
unix_socket_directories = ''
wal_level = logical
max_wal_senders = 10
max_replication_slots = 10
max_slot_wal_keep_size = 2GB
max_connections = 100
shared_buffers = 256MB
wal_compression = lz4
max_wal_size = 2GB
checkpoint_timeout = 15min
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
timezone = 'UTC'
"""


class Postgres(Service):
    """The primary."""

    # SIGTERM would wait for every client to leave; SIGINT disconnects them and shuts down cleanly.
    stop_signal = signal.SIGINT

    @property
    def account(self) -> str | None:  # type: ignore[override]
        """PostgreSQL refuses to run as root."""
        return "postgres" if os.geteuid() == 0 else None

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    def prepare(self) -> None:
        binaries = tools.postgres()
        self._make_home()
        if (self.data / "PG_VERSION").exists():
            self._check_version(binaries)
            return
        # A first start that was cut off left a directory that is not whole.
        for part in (self.data, self.home / "new"):
            shutil.rmtree(part, ignore_errors=True)
        self._create(binaries, self.home / "new")
        (self.home / "new").rename(self.data)

    def _create(self, binaries: Path, new: Path) -> None:
        password = self._private(self.state.secret("postgres"))
        initdb: list[str | Path] = [
            binaries / "initdb",
            "-D",
            new,
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            f"--pwfile={password}",
        ]
        self.run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"])
        password.unlink()
        with (new / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)

    def _private(self, text: str) -> Path:
        """A file that only the server's account can read, for as long as a command needs it."""
        path = self.home / "password"
        path.touch(mode=0o600)
        path.write_text(text + "\n")
        if self.account:
            shutil.chown(path, self.account)
        return path

    def _make_home(self) -> None:
        if not self.home.exists():
            self.home.mkdir(mode=0o700)
            if self.account:
                shutil.chown(self.home, self.account, pwd.getpwnam(self.account).pw_gid)
        if subprocess.run(["test", "-w", self.home], check=False, **process.as_account(self.account)).returncode:
            raise StackError(f"the account {self.account} cannot reach {self.home}: choose another --dir")

    def _check_version(self, binaries: Path) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        output = subprocess.run([binaries / "postgres", "-V"], capture_output=True, text=True, check=True).stdout
        if not output.split()[2].startswith(f"{version}."):
            raise StackError(f"{self.data} is of PostgreSQL {version}, here is {output.strip()}: `down --wipe`")

    def run(self, command: list[str | Path], env: dict[str, str] | None = None) -> None:
        """Runs one of PostgreSQL's programs as the server's account."""
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=SETUP_SECONDS,
            cwd=self.home,
            env={**os.environ, **(env or {})},
            **process.as_account(self.account),
        )
        if result.returncode:
            raise StackError(f"{Path(command[0]).name}: {result.stderr.strip()}")

    def clear(self) -> None:
        # Backends leave by themselves when the postmaster is killed; a new one refuses to start before that.
        leftovers = process.inside(self.data, "postgres")
        if not waiting.gone(lambda: any(p.alive() for p in leftovers), LEAVE_SECONDS):
            for leftover in leftovers:
                leftover.end(signal.SIGKILL)
        # The lock file of a killed postmaster names an id that may be in use: by a zombie, or after a reboot.
        if not process.inside(self.data, "postgres"):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        return [str(tools.postgres() / "postgres"), "-D", str(self.data), "-p", str(self.port)]

    def answers(self) -> str:
        version = self.sql("show server_version").split()[0]
        return f"PostgreSQL {version} answers"

    def sql(self, text: str, database: str = "postgres", seconds: float = ANSWER_SECONDS) -> str:
        """Runs statements as superuser and gives what they print."""
        program = str(tools.postgres() / "psql")
        command = [program, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url("postgres", database)]
        env = {**os.environ, "PGCONNECT_TIMEOUT": "2"}
        try:
            result = subprocess.run(
                command, input=text, capture_output=True, text=True, timeout=seconds, env=env, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unanswered(f"no answer within {seconds:.0f} s") from error
        if result.returncode:
            raise Unanswered(result.stderr.strip().splitlines()[-1])
        return result.stdout.strip()

    def url(self, role: str, database: str) -> str:
        """How that role reaches that database."""
        return f"postgresql://{role}:{self.state.secret(role)}@{ports.HOST}:{self.port}/{database}"

    def finish(self) -> None:
        """Creates the roles and databases that are not there."""
        try:
            self._create_roles()
            self._create_databases()
        except Unanswered as error:
            raise StackError(f"{self.name}: {error}") from error

    def _create_roles(self) -> None:
        there = self.sql("select rolname from pg_roles").split()
        # Tests make databases of their own from the template.
        rights = {OWNER: "createdb", APP: "", REGISTRY: "", REPLICATION: "replication"}
        for role in rights.keys() - set(there):
            self.sql(f"create role {role} login {rights[role]} password '{self.state.secret(role)}'")

    def _create_databases(self) -> None:
        there = self.sql("select datname from pg_database").split()
        for name, owner in ((TEMPLATE, OWNER), (DATABASE, OWNER), (REGISTRY, REGISTRY)):
            if name not in there:
                self.sql(f"create database {name} owner {owner}", seconds=SETUP_SECONDS)
        for name in (TEMPLATE, DATABASE):
            self.sql(
                f"revoke all on database {name} from public; grant connect on database {name} to {APP};"
                f"revoke create on schema public from public; grant usage on schema public to {APP};",
                name,
            )
        self.sql(f"alter database {TEMPLATE} is_template true")

    def variables(self) -> dict[str, str]:
        return {
            "STACK_POSTGRES_URL": self.url("postgres", DATABASE),
            "STACK_POSTGRES_OWNER_URL": self.url(OWNER, DATABASE),
            "STACK_POSTGRES_APP_URL": self.url(APP, DATABASE),
            "STACK_POSTGRES_TEMPLATE": TEMPLATE,
        }
