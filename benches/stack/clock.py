"""The time that a run may take, and what the machine did meanwhile."""

import os
import resource
import subprocess
import time
from pathlib import Path

from trouble import Failed

TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1


class Deadline:
    """When a run ends, whatever is left to measure."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left."""
        return self.end - time.monotonic()

    def need(self, seconds: float) -> None:
        """Fails unless so many seconds are left."""
        if self.left() < seconds:
            raise Failed(f"no time left: it takes {seconds:.0f} s, {max(self.left(), 0):.0f} s of the run are left")

    def run(self, command: list[str], seconds: float, text: str = "", env: dict[str, str] | None = None) -> str:
        """Runs a program within `seconds` and the deadline: what it prints."""
        bound = min(seconds, self.left())
        if bound <= 0:
            raise Failed(f"no time left for {Path(command[0]).name}")
        try:
            done = subprocess.run(
                command,
                input=text,
                capture_output=True,
                text=True,
                timeout=bound,
                env={**os.environ, **(env or {})},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(f"{Path(command[0]).name} did not end within {bound:.0f} s") from error
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()[:3]
            raise Failed(f"{Path(command[0]).name}: {' / '.join(line for line in said if line)}")
        return done.stdout


class Watch:
    """Processor time of servers, of the clients that this program runs, and of everything else."""

    def __init__(self, servers: dict[str, list[int]]) -> None:
        self.servers = servers
        self.begun = time.monotonic()
        self.before = self._now()

    def _now(self) -> dict[str, float]:
        times = {name: sum(tree_seconds(pid) for pid in pids) for name, pids in self.servers.items()}
        client = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {**times, "client": client.ru_utime + client.ru_stime, "machine": machine_seconds()}

    def cost(self, commands: float) -> dict[str, float]:
        """Microseconds of each for a command, and which share of all cores others took."""
        spent = {name: seconds - self.before[name] for name, seconds in self._now().items()}
        machine = spent.pop("machine")
        others = machine - sum(spent.values())
        whole = (time.monotonic() - self.begun) * CORES
        cost = {f"{name}_us": round(seconds * 1e6 / max(commands, 1), 1) for name, seconds in spent.items()}
        return {**cost, "others_share": round(max(others, 0) / whole, 3)}


def tree_seconds(pid: int) -> float:
    """Processor time of a process, its descendants, and those of them that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / TICKS
    return own + sum(tree_seconds(int(child)) for child in children)


def machine_seconds() -> float:
    """Time that all cores were busy since boot, the time that a host took from them included."""
    user, nice, system, _idle, _wait, irq, soft, steal = Path("/proc/stat").read_text().split()[1:9]
    return sum(int(ticks) for ticks in (user, nice, system, irq, soft, steal)) / TICKS


def load() -> float:
    """Processes that wanted a core, on average over the last minute."""
    return round(os.getloadavg()[0], 2)
