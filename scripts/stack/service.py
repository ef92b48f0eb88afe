"""What the servers of a stack have in common."""

import signal
from abc import ABC, abstractmethod
from pathlib import Path

import ports
import process
import waiting
from fault import StackError
from process import Process
from state import State

LOG_BYTES = 10 * 1024 * 1024


class Service(ABC):
    """One server of a stack."""

    start_seconds = 60.0
    stop_signal: int = signal.SIGTERM
    account: str | None = None
    """The account it runs as; nothing: the caller's."""

    def __init__(self, state: State, name: str) -> None:
        self.state = state
        self.name = name

    @property
    def home(self) -> Path:
        """Its data and logs."""
        return self.state.directory / self.name

    @property
    def log(self) -> Path:
        """What it says on its standard outputs."""
        return self.state.directory / "logs" / f"{self.name}.log"

    @property
    def port(self) -> int:
        """The port that clients use."""
        return self.state.ports[self.name]

    def port_names(self) -> list[str]:
        """The ports it needs, by name."""
        return [self.name]

    @abstractmethod
    def prepare(self) -> None:
        """Makes what has to be there before the first start; does nothing later."""

    @abstractmethod
    def command(self) -> list[str]:
        """The program and its arguments."""

    def environment(self) -> dict[str, str]:
        """Variables for the program: secrets stay off its command line."""
        return {}

    @abstractmethod
    def answers(self) -> str:
        """Asks the server something that only a working one can answer; raises `Unanswered`."""

    def finish(self) -> None:  # noqa: B027 (most servers need nothing)
        """Sets up what needs the running server; called after every start."""

    @abstractmethod
    def variables(self) -> dict[str, str]:
        """What clients need to know, for stack.env."""

    def process(self) -> Process | None:
        """The process that was started last, unless it has ended."""
        found = self.state.processes.get(self.name)
        return found if found and found.alive() else None

    def launch(self) -> bool:
        """Starts the server when it does not run, and does not wait for it. False: it ran already."""
        running = self.process()
        if running:
            running.signal_all(signal.SIGCONT)
            return False
        self.state.claim_ports(self.port_names())
        self.clear()
        self.prepare()
        self._check_ports()
        self._shorten_log()
        self.state.processes[self.name] = process.launch(
            self.command(), self.log, self.environment(), self.account, self.home
        )
        self.state.save()
        return True

    def clear(self) -> None:  # noqa: B027 (most servers leave nothing)
        """Removes what a crash left behind."""

    def wait(self) -> str:
        """Waits until the server answers; the answer."""
        try:
            answer = waiting.until(self.answers, self.start_seconds, self.name, lambda: self.process() is not None)
        except StackError as error:
            raise StackError(f"{error}\n{self._tail()}") from error
        self.finish()
        self.state.variables |= self.variables()
        return answer

    def stop(self) -> None:
        """Ends the process, by its id; returns when it is gone."""
        running = self.process()
        if running and not running.end(self.stop_signal):
            raise StackError(f"{self.name}: process {running.pid} outlived SIGKILL")
        self.clear()
        self.state.processes.pop(self.name, None)

    def status(self) -> tuple[bool, str]:
        """Whether it works, and how it is."""
        running = self.process()
        if running is None:
            return False, "dead"
        if running.state() == "T":
            return False, f"paused, pid {running.pid}"
        try:
            return True, f"{self.answers()}, pid {running.pid}, port {self.port}"
        except waiting.Unanswered as reason:
            return False, f"does not answer: {reason}, pid {running.pid}"

    def _check_ports(self) -> None:
        for name in self.port_names():
            port = self.state.ports[name]
            if not ports.is_free(port):
                raise StackError(f"{name}: port {port} is taken by another program; `down --wipe` gives new ports")

    def _shorten_log(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))

    def _tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        return "\n".join([f"the end of {self.log}:", *lines])
