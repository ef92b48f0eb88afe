"""Proves what the stack promises, on two stacks of its own, with a line for each promise."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import process
import tools
import waiting
from clients import consume, create_topic, execute, produce, schema
from fault import StackError
from postgres import APP, DATABASE, OWNER
from replica import Replica
from service import Service
from stack import GROUPS, Stack
from state import Locked, State

RECORDS = 2000
REPLICATE_SECONDS = 10.0


class Check:
    """Two stacks side by side: one with everything, one with three brokers."""

    def __init__(self, directory: Path) -> None:
        self.one = _open("check-one", directory / "one")
        self.three = _open("check-three", directory / "three")
        self.one.state.replica = True
        self.three.state.brokers = 3
        self.processes: list[process.Process] = []

    def steps(self) -> list[Callable[[], str]]:
        """Every promise, in order; the text of each is its docstring."""
        return [
            self.cold_start, self.second_up, self.side_by_side, self.roles, self.replica, self.redis, self.records,
            self.schemas, self.killed, self.restarts_keep, self.paused, self.broker_lost, self.others_spared,
            self.nothing_left,
        ]  # fmt: skip

    def cold_start(self) -> str:
        """a stack starts from nothing"""
        self.one.up(list(GROUPS))
        return self._all_work(self.one)

    def second_up(self) -> str:
        """`up` again changes nothing"""
        before = _files(self.one)
        self.one.up(list(GROUPS))
        _expect(_files(self.one) == before, "stack.json or stack.env changed")
        return "stack.json and stack.env are the same"

    def side_by_side(self) -> str:
        """a second stack, with three brokers, starts beside it"""
        self.three.up(["kafka", "redis"])
        shared = set(self.one.state.ports.values()) & set(self.three.state.ports.values())
        _expect(not shared, f"both have the ports {shared}")
        return self._all_work(self.three) + "; " + self._all_work(self.one)

    def roles(self) -> str:
        """PostgreSQL: the owner makes tables, the application may use what it is granted and makes none"""
        self._psql(OWNER, f"create table notes (n int); grant insert, select on notes to {APP}")
        self._psql(APP, "insert into notes values (1)")
        for refused in ("create table other (n int)", "delete from notes", "create temporary table t (n int)"):
            _expect("permission denied" in self._psql(APP, refused, fails=True), f"not refused: {refused}")
        settings = self.one.postgres.sql("show fsync; show synchronous_commit; show wal_level").split()
        _expect(settings == ["on", "on", "logical"], f"fsync, synchronous_commit, wal_level: {settings}")
        return "fsync on, synchronous_commit on, wal_level logical"

    def replica(self) -> str:
        """PostgreSQL: the replica gets what the primary commits"""
        replica = next(s for s in self.one.services() if isinstance(s, Replica))

        def arrived() -> str:
            if replica.sql("select count(*) from notes", DATABASE) != "1":
                raise waiting.Unanswered("the row is not there")
            return "row read from the replica"

        return waiting.until(arrived, REPLICATE_SECONDS, replica.name, lambda: replica.process() is not None)

    def redis(self) -> str:
        """Redis: redis-cli stores and reads"""
        self._redis("set", "kept", "yes")
        return f"PING: {self._redis('ping')}, kept: {self._redis('get', 'kept')}"

    def records(self) -> str:
        """Kafka: the console tools produce and consume"""
        create_topic(self.one, "check", replicas=1)
        produce(self.one, "check", range(RECORDS))
        return f"{consume(self.one, 'check', RECORDS)} of {RECORDS} records"

    def schemas(self) -> str:
        """registry: a compatible schema is taken, an incompatible one refused"""
        registry = self.one.registry
        optional = {"name": "note", "type": "string", "default": ""}
        versions = [schema(), schema(optional), schema(optional, {"name": "must", "type": "int"})]
        answers = [registry.ask("POST", "/subjects/check/versions", body)[0] for body in versions]
        _expect(answers == [200, 200, 409], f"HTTP {answers}")
        return registry.ask("GET", "/config")[1]

    def killed(self) -> str:
        """kill -9 of every server: `status` says so, `up` heals, what was acknowledged is there"""
        for service in self.one.services():
            self.one.send([service.name], signal.SIGKILL)
        _expect(not any(works for _, works, _ in self._settled()), "status calls a dead server alive")
        self.one.up(list(GROUPS))
        return f"{self._all_work(self.one)}; {self._kept()}"

    def restarts_keep(self) -> str:
        """`down` and `up`: a warm start keeps the data and the ports"""
        ports = dict(self.one.state.ports)
        self.one.down(list(GROUPS), wipe=False)
        begun = time.monotonic()
        self.one.up(list(GROUPS))
        _expect(self.one.state.ports == ports, "the ports changed")
        return f"up in {time.monotonic() - begun:.1f} s; {self._kept()}"

    def paused(self) -> str:
        """a paused server is alive but not well, and goes on when resumed"""
        names = ["redis", "postgres"]
        self.one.send(names, signal.SIGSTOP)
        down = sorted(name for name, works, _ in self.one.status() if not works)
        self.one.send(names, signal.SIGCONT)
        # The registry and the replica may notice that PostgreSQL was away.
        _expect(set(names) <= set(down), f"status shows as down only {down}")
        self.one.up(list(GROUPS))
        return self._all_work(self.one)

    def broker_lost(self) -> str:
        """three brokers: one is killed, producing and consuming go on; it comes back"""
        create_topic(self.three, "check", replicas=3)
        produce(self.three, "check", range(RECORDS))
        self.three.send(["kafka-1"], signal.SIGKILL)
        produce(self.three, "check", range(RECORDS, 2 * RECORDS))
        found = consume(self.three, "check", 2 * RECORDS)
        _expect(found == 2 * RECORDS, f"{found} of {2 * RECORDS} records")
        self.three.up(["kafka"])
        return f"{found} of {2 * RECORDS} records; {self._all_work(self.three)}"

    def others_spared(self) -> str:
        """a process that got the id of an ended server is not touched"""
        here = process.Process.of(os.getpid())
        assert here is not None
        ended = process.Process(here.pid, here.started - 1, here.boot)
        _expect(not ended.alive(), "taken for the ended server")
        ended.end(signal.SIGKILL)
        return "this program is alive"

    def nothing_left(self) -> str:
        """`down --wipe` leaves no process and no file"""
        for stack in (self.one, self.three):
            stack.down(list(GROUPS), wipe=True)
            _expect(not stack.state.directory.exists(), f"{stack.state.directory} is there")
        alive = [p.pid for p in self.processes if p.alive()]
        _expect(not alive, f"processes {alive} are alive")
        return f"{len(self.processes)} processes were started, all have ended"

    def _all_work(self, stack: Stack) -> str:
        wrong = [f"{name}: {text}" for name, works, text in stack.status() if not works]
        _expect(not wrong, "; ".join(wrong))
        for started in stack.state.processes.values():
            self.processes += [p for p in (started, *started.children()) if p not in self.processes]
        return f"{len(stack.state.processes)} servers answer"

    def _settled(self) -> list[tuple[str, bool, str]]:
        for service in self.one.services():
            waiting.gone(lambda s=service: s.process() is not None, process.KILL_SECONDS)  # type: ignore[misc]
        return self.one.status()

    def _kept(self) -> str:
        row = self.one.postgres.sql("select count(*) from notes", DATABASE)
        subjects = self.one.registry.ask("GET", "/subjects/check/versions")[1]
        found = consume(self.one, "check", RECORDS)
        kept = (row, json.loads(subjects), found, self._redis("get", "kept"))
        _expect(kept == ("1", [1, 2], RECORDS, "yes"), f"row, schemas, records, key: {kept}")
        return f"row, 2 schemas, {found} records, key are there"

    def _psql(self, role: str, text: str, fails: bool = False) -> str:
        url = self.one.postgres.url(role, DATABASE)
        return execute([str(tools.postgres() / "psql"), "-Xqv", "ON_ERROR_STOP=1", "-d", url, "-c", text], fails=fails)

    def _redis(self, *words: str) -> str:
        server: Service = self.one.redis
        login = {"REDISCLI_AUTH": self.one.state.secret("redis")}
        return execute([tools.redis_cli(), "-p", str(server.port), *words], env=login).strip()


def run() -> int:
    """Runs every step, stops at the first that fails, and leaves nothing behind; the exit status."""
    with tempfile.TemporaryDirectory(prefix="stack-check-", dir=_parent()) as directory:
        # PostgreSQL's account has to pass.
        Path(directory).chmod(0o755)
        check = Check(Path(directory))
        try:
            return 0 if all(_line(step) for step in check.steps()) else 1
        finally:
            for stack in (check.one, check.three):
                if stack.state.directory.exists():
                    stack.down(list(GROUPS), wipe=True)


def _line(step: Callable[[], str]) -> bool:
    begun = time.monotonic()
    try:
        result, word = step(), "ok  "
    except (StackError, waiting.Unanswered, subprocess.TimeoutExpired) as error:
        result, word = str(error), "FAIL"
    print(f"{word} {time.monotonic() - begun:6.1f} s  {step.__doc__}: {result}", flush=True)
    return word == "ok  "


def _open(name: str, directory: Path) -> Stack:
    with Locked(directory):
        return Stack(State.load(name, directory))


def _parent() -> Path:
    parent = State.locate("", None)
    parent.mkdir(parents=True, exist_ok=True)
    return parent


def _files(stack: Stack) -> list[tuple[str, int]]:
    files = [stack.state.directory / name for name in ("stack.json", "stack.env")]
    return [(file.read_text(), file.stat().st_mtime_ns) for file in files]


def _expect(true: bool, otherwise: str) -> None:
    if not true:
        raise StackError(otherwise)
