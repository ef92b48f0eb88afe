"""What PostgreSQL does by itself: pgbench with the log's two inserts, one event a commit."""

import re
import tempfile
from pathlib import Path

import tools
from clock import Watch
from servers import MIGRATIONS, Servers
from trouble import Failed

HERE = Path(__file__).resolve().parent
DATABASE = "pgbench"
CONNECTED_PER_SECOND = 50


class Pgbench:
    """A database with the log's own tables, and the program."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.url = servers.database(DATABASE)
        servers.sql("create schema log; create schema bench; create sequence bench.numbers;", DATABASE)
        for file in sorted(MIGRATIONS.glob("*.sql")):
            servers.sql(file.read_text(), DATABASE)

    def measure(self, clients: int, seconds: int, one_round_trip: bool = False) -> dict[str, float]:
        """Transactions a second; each statement is a round trip unless told otherwise."""
        script = (HERE / "pgbench.sql").read_text()
        if one_round_trip:
            script = f"\\startpipeline\n{script}\\endpipeline\n"
        self.servers.settle()
        # Its time begins before it connects, which hashes a password for each client; the rate does not count that.
        whole = seconds + clients // CONNECTED_PER_SECOND
        watch = Watch({"postgres": self.servers.pids["postgres"]})
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            program = [str(tools.postgres() / "pgbench"), "-n", "-M", "prepared", "-f", file.name, "-T", str(whole)]
            printed = self.servers.deadline.run(
                [*program, "-c", str(clients), "-j", str(min(clients, 2)), self.url], whole + 30
            )
        rate = float(_figure(r"tps = ([\d.]+)", printed))
        mean = float(_figure(r"latency average = ([\d.]+) ms", printed))
        return {"per_second": round(rate, 1), "mean_ms": mean, **watch.cost(rate * seconds)}


def _figure(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise Failed(f"pgbench printed no {pattern}: {' / '.join(text.splitlines()[-4:])}")
    return found[1]
