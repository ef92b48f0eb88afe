"""Taskfold on real servers beside pgbench and a FastAPI service, in one run: `just bench stack`."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
# The stack's own programs: where PostgreSQL is, where downloads are kept.
sys.path.append(str(REPOSITORY / "scripts" / "stack"))

import commands  # noqa: E402
import delays  # noqa: E402
import reference  # noqa: E402
import report  # noqa: E402
import slopes  # noqa: E402
from clock import Deadline, load  # noqa: E402
from driver import Driver  # noqa: E402
from product import Product  # noqa: E402
from servers import Servers  # noqa: E402
from trouble import Failed, attempt, failures  # noqa: E402

PARTS = ("commands", "reference", "delays", "slopes")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="just bench stack", description=__doc__)
    binaries = REPOSITORY / "target" / "release"
    root.add_argument("--binaries", type=Path, default=binaries, help="where the release build is")
    root.add_argument("--out", type=Path, default=REPOSITORY / "benches", help="where stack.md and stack.json go")
    root.add_argument("--seconds", type=int, default=8, help="for each figure (default: 8)")
    root.add_argument("--rounds", type=int, default=1, help="pairs for each number of clients (default: 1)")
    root.add_argument("--clients", default="1,16,64,256", metavar="LIST", help="that write at once")
    root.add_argument("--limit", type=float, default=600, help="seconds that all may take (default: 600)")
    root.add_argument("--only", choices=PARTS, action="append", help="a part, printed and not written; again for more")
    root.add_argument("--name", default="bench", help="of the stack (default: bench)")
    root.add_argument("--keep", action="store_true", help="leaves the stack running, with its data")
    return root


def main() -> int:
    """Measures; 1 when a part failed."""
    arguments = parser().parse_args()
    # Downloads are not what is measured. What fails here fails in its part again, and is told there.
    attempt(reference.environment)
    deadline = Deadline(arguments.limit)
    servers, driver = Servers(arguments.name, deadline), Driver(arguments.binaries, deadline)
    wanted = arguments.only or PARTS
    found: dict[str, Any] = {
        "date": report.today(),
        "machine": report.machine(),
        "seconds": arguments.seconds,
        "load": {"before": load()},
    }
    with tempfile.TemporaryDirectory(prefix="taskfold-bench-") as folder:
        try:
            servers.up()
            found["postgres"] = servers.sql("show server_version").split()[0]
            parts = _parts(arguments, servers, driver, Path(folder))
            for part in wanted:
                print(f"bench: {part}, {deadline.left():.0f} s left", file=sys.stderr, flush=True)
                found[part] = attempt(parts[part])
        except Failed as error:
            found |= {part: {"failed": f"the stack: {error}"} for part in wanted if part not in found}
        finally:
            if not arguments.keep:
                servers.down()
    found["load"]["after"] = load()
    # Written in all cases when it is the whole: a part that failed is in the text.
    print(report.markdown(found) if arguments.only else report.write(found, arguments.out))
    return 1 if failures(found) else 0


def _parts(
    arguments: argparse.Namespace, servers: Servers, driver: Driver, folder: Path
) -> dict[str, Callable[[], dict[str, Any]]]:
    seconds = arguments.seconds
    clients = [int(count) for count in arguments.clients.split(",")]

    def with_product(measure: Callable[[Product], dict[str, Any]]) -> dict[str, Any]:
        product = Product(servers, arguments.binaries, folder)
        try:
            return measure(product)
        finally:
            product.end()

    return {
        "commands": lambda: with_product(
            lambda product: commands.measure(servers, driver, product, clients, seconds, arguments.rounds)
        ),
        "reference": lambda: with_product(
            lambda product: reference.measure(servers, driver, product, report.REFERENCE_CLIENTS, seconds)
        ),
        "delays": lambda: with_product(lambda product: delays.measure(servers, driver, product, seconds)),
        "slopes": lambda: slopes.measure(servers, driver),
    }


if __name__ == "__main__":
    sys.exit(main())
