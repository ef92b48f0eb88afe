"""Processes that this program started, known by id and start time, so that a recycled id is never touched."""

import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import waiting

STOP_SECONDS = 20.0
KILL_SECONDS = 10.0


class Account(TypedDict, total=False):
    """How subprocess is told to run a command as somebody else."""

    user: str
    group: str
    extra_groups: list[str]


@dataclass(frozen=True)
class Process:
    """A process of this machine since its last boot."""

    pid: int
    started: int
    """Clock ticks from boot to the start of the process."""
    boot: str

    @staticmethod
    def of(pid: int) -> "Process | None":
        """The process that has this id now."""
        fields = _stat(pid)
        return Process(pid, int(fields[19]), _boot()) if fields else None

    def state(self) -> str | None:
        """The kernel's letter: R, S, D, T (stopped) …; nothing when it has ended."""
        fields = _stat(self.pid)
        if not fields or fields[0] in "ZX" or int(fields[19]) != self.started or self.boot != _boot():
            return None
        return fields[0]

    def alive(self) -> bool:
        """Whether it has not ended; a stopped one is alive."""
        return self.state() is not None

    def signal(self, number: int) -> None:
        """Sends a signal to this very process, or to nobody."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return
        try:
            # The handle keeps the id from being given away between this look and the signal.
            if self.alive():
                signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)

    def children(self) -> "list[Process]":
        """Its descendants at this moment."""
        if not self.alive():
            return []
        found = [self]
        parents = _parents()
        for process in found:
            found += [child for child, parent in parents if parent == process.pid]
        return found[1:]

    def signal_all(self, number: int) -> None:
        """Sends a signal to it first and then to its descendants."""
        children = self.children()
        self.signal(number)
        for child in children:
            child.signal(number)

    def end(self, number: int, seconds: float = STOP_SECONDS) -> bool:
        """Asks it to end with a signal, kills it after `seconds`. False when it outlived even that."""
        self.signal_all(signal.SIGCONT)
        self.signal(number)
        if waiting.gone(self.alive, seconds):
            return True
        self.signal_all(signal.SIGKILL)
        return waiting.gone(self.alive, KILL_SECONDS)


def launch(command: list[str], log: Path, env: dict[str, str], account: str | None, cwd: Path) -> Process:
    """Starts a server in a session of its own, so that Ctrl-C here does not reach it."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **env},
            cwd=cwd,
            start_new_session=True,
            **as_account(account),
        )
    process = Process.of(child.pid)
    if process is None:
        raise ProcessLookupError(child.pid)
    # Nobody waits for the child here: it outlives this program.
    child.returncode = 0
    return process


def as_account(account: str | None) -> Account:
    """Arguments with which subprocess runs a command as another account."""
    return {} if account is None else {"user": account, "group": account, "extra_groups": []}


def inside(directory: Path, name: str) -> list[Process]:
    """Processes called `name` whose working directory this is."""
    found = []
    for pid in _pids():
        try:
            here = os.readlink(f"/proc/{pid}/cwd") == str(directory)
            called = Path(f"/proc/{pid}/comm").read_text().strip() == name
        except OSError:
            continue
        process = Process.of(pid) if here and called else None
        if process and process.alive():
            found.append(process)
    return found


def _pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _parents() -> list[tuple[Process, int]]:
    found = []
    for pid in _pids():
        fields = _stat(pid)
        if fields:
            found.append((Process(pid, int(fields[19]), _boot()), int(fields[1])))
    return found


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on: the name before it may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
