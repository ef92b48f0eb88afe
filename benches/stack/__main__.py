"""Taskfold on real servers beside pgbench and a FastAPI service, in one run: `just bench stack`."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
# The stack's own programs: where PostgreSQL is, where downloads are kept.
sys.path.append(str(REPOSITORY / "scripts" / "stack"))

import catching_up  # noqa: E402
import commands  # noqa: E402
import delays  # noqa: E402
import reference  # noqa: E402
import report  # noqa: E402
import slopes  # noqa: E402
import sustained  # noqa: E402
from clock import Deadline, load  # noqa: E402
from driver import Driver  # noqa: E402
from product import Product  # noqa: E402
from servers import Servers  # noqa: E402
from trouble import Failed, attempt, failures  # noqa: E402

PARTS = ("commands", "reference", "delays", "sustained", "catching_up", "slopes")
CLIENTS = [1, 16, 64, 256]
RATES = [100, 250, 500, 1_000, 2_000, 4_000, 8_000]
# Whether each part runs, not what it measures.
QUICK = {"seconds": 2, "clients": [1, 64], "rates": [100, 1_000]}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    root = argparse.ArgumentParser(prog="just bench stack", description=__doc__)
    binaries = REPOSITORY / "target" / "release"
    root.add_argument("--binaries", type=Path, default=binaries, help="where the release build is")
    root.add_argument("--out", type=Path, default=REPOSITORY / "benches", help="where stack-results.md and .json go")
    root.add_argument("--seconds", type=int, default=8, help="for each figure (default: 8)")
    root.add_argument("--rounds", type=int, default=1, help="pairs for each number of clients (default: 1)")
    root.add_argument("--clients", type=numbers, default=CLIENTS, metavar="LIST", help="that write at once")
    root.add_argument("--rates", type=numbers, default=RATES, metavar="LIST", help="commands a second to sustain")
    root.add_argument("--limit", type=float, default=840, help="seconds that all may take (default: 840)")
    root.add_argument("--quick", action="store_true", help="seconds for each part: printed and not written")
    root.add_argument("--only", choices=PARTS, action="append", help="a part, printed and not written; again for more")
    root.add_argument("--write", action="store_true", help="with --only: into the results of the last run, which is said")
    root.add_argument("--name", default="bench", help="of the stack (default: bench)")
    root.add_argument("--keep", action="store_true", help="leaves the stack running, with its data")
    return root


def numbers(text: str) -> list[int]:
    """`1,16` as numbers."""
    return [int(number) for number in text.split(",")]


def main() -> int:
    """Measures; 1 when a part failed."""
    arguments = parser().parse_args()
    if arguments.quick:
        vars(arguments).update(QUICK)
    # Downloads are not what is measured. What fails here fails in its part again, and is told there.
    attempt(reference.environment)
    deadline = Deadline(arguments.limit)
    servers, driver = Servers(arguments.name, deadline), Driver(arguments.binaries, deadline)
    wanted = arguments.only or PARTS
    found: dict[str, Any] = {
        "date": report.today(),
        "machine": report.machine(),
        "seconds": arguments.seconds,
        "load": {"before": load(), "after": load()},
    }
    trial = arguments.only or arguments.quick
    # Ended, it ends its servers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="taskfold-bench-") as folder:
        try:
            servers.up()
            found["postgres"] = servers.sql("show server_version").split()[0]
            parts = _parts(arguments, servers, driver, Path(folder))
            for part in wanted:
                print(f"bench: {part}, {deadline.left():.0f} s left", file=sys.stderr, flush=True)
                found[part] = attempt(parts[part])
                found["load"]["after"] = load()
                if not trial:
                    # What is there already is not lost when the run is ended.
                    report.write(found, arguments.out)
        except Failed as error:
            found |= {part: {"failed": f"the stack: {error}"} for part in wanted if part not in found}
        finally:
            if not arguments.keep:
                servers.down()
    # Written in all cases when it is the whole: a part that failed is in the text.
    if arguments.only and arguments.write:
        found = report.again(found, wanted, arguments.out)
    print(report.markdown(found) if trial and not arguments.write else report.write(found, arguments.out))
    return 1 if failures(found) else 0


def _parts(
    arguments: argparse.Namespace, servers: Servers, driver: Driver, folder: Path
) -> dict[str, Callable[[], dict[str, Any]]]:
    seconds = arguments.seconds

    def with_product(measure: Callable[[Product], dict[str, Any]]) -> dict[str, Any]:
        product = Product(servers, arguments.binaries, folder)
        try:
            return measure(product)
        finally:
            product.end()

    return {
        "commands": lambda: with_product(
            lambda product: commands.measure(servers, driver, product, arguments.clients, seconds, arguments.rounds)
        ),
        "reference": lambda: with_product(
            lambda product: reference.measure(servers, driver, product, report.REFERENCE_CLIENTS, seconds)
        ),
        "delays": lambda: with_product(lambda product: delays.measure(servers, driver, product, seconds)),
        "sustained": lambda: with_product(
            lambda product: sustained.measure(driver, product, arguments.rates, seconds)
        ),
        "catching_up": lambda: with_product(lambda product: catching_up.measure(driver, product, seconds)),
        "slopes": lambda: slopes.measure(servers, driver, arguments.quick),
    }


if __name__ == "__main__":
    sys.exit(main())
