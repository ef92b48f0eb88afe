"""The load generator of `benches/src`, as a program."""

import json
from pathlib import Path
from typing import Any

from clock import Deadline

SLACK_SECONDS = 60.0


class Driver:
    """`taskfold-bench`."""

    def __init__(self, binaries: Path, deadline: Deadline) -> None:
        self.program = str(binaries / "taskfold-bench")
        self.deadline = deadline

    def _run(self, tool: str, seconds: float, *words: str) -> Any:
        return json.loads(self.deadline.run([self.program, tool, *words], seconds + SLACK_SECONDS))

    def load(
        self, address: str, tokens: list[str], clients: int, seconds: int, per_second: int | None = None
    ) -> dict[str, float]:
        """Tasks made as fast as they are acknowledged, or so many a second, whatever the answers take."""
        at = _at(address, tokens, seconds)
        rate = ["--per-second", str(per_second)] if per_second else []
        row = self._run("load", seconds, *at, "--clients", str(clients), *rate)
        return {key: round(row[key], 3) for key in ("per_second", "p50_ms", "p99_ms", "p999_ms")}

    def live(self, address: str, token: str, listen: str, rate: int, seconds: int) -> dict[str, float]:
        """From the acknowledgement at one gateway to the socket at another."""
        at = _at(address, [token], seconds)
        return self._run("live", seconds, *at, "--listen", listen, "--per-second", str(rate))

    def paced(self, address: str, token: str, rate: int, seconds: int) -> dict[str, int]:
        """Position and time (µs since 1970) of each acknowledgement."""
        return self._run("paced", seconds, *_at(address, [token], seconds), "--per-second", str(rate))

    def slopes(self, server: str, *words: str) -> dict[str, Any]:
        """Buffers of the log's statements."""
        return self._run("slopes", self.deadline.left(), "--server", server, *words)


def _at(address: str, tokens: list[str], seconds: int) -> list[str]:
    return ["--address", address, "--seconds", str(seconds), *(f"--token={token}" for token in tokens)]
