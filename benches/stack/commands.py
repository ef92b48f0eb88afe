"""Acknowledged commands a second beside pgbench, in pairs: each number of clients on both, one after the other."""

from statistics import median
from typing import Any

from clock import load
from driver import Driver
from pgbench import Pgbench
from product import Product
from servers import Servers
from taskfold import PEOPLE, Start, Taskfold, apart, together, writing
from trouble import attempt

VARIANTS: dict[str, Start] = {"together": together, "writing": writing, "apart": apart}
# Of all but the first: those that there are targets for.
CLIENTS = (64, 256)


def measure(
    servers: Servers, driver: Driver, product: Product, clients: list[int], seconds: int, rounds: int
) -> dict[str, Any]:
    """For each variant a row for each number of clients, and what kept it from being measured, if anything did."""
    pgbench = Pgbench(servers)
    found: dict[str, Any] = {"people": PEOPLE}
    for name, start in VARIANTS.items():
        taskfold = Taskfold(servers, driver, product, start, f"taskfold_{name}")
        counts = clients if start is together else [count for count in clients if count in CLIENTS]
        pairs: dict[int, list[dict[str, Any]]] = {count: [] for count in counts}
        for turn in range(rounds):
            # What warms up or slows down in the course of a run meets each number of clients alike.
            for count in counts if turn % 2 == 0 else reversed(counts):
                pairs[count].append(_pair(pgbench, taskfold, count, seconds, one_round_trip=start is together))
        found[name] = [_row(count, those) for count, those in pairs.items()]
        product.end()
    return found


def _pair(pgbench: Pgbench, taskfold: Taskfold, clients: int, seconds: int, one_round_trip: bool) -> dict[str, Any]:
    pair = {
        "load": load(),
        "pgbench": attempt(lambda: pgbench.measure(clients, seconds)),
        "taskfold": attempt(lambda: taskfold.measure(clients, seconds)),
    }
    if one_round_trip:
        pair["pgbench_one_round_trip"] = attempt(lambda: pgbench.measure(clients, seconds, one_round_trip=True))
    return pair


def _row(clients: int, pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """The ratio is the median over the pairs."""
    both = [(pair["taskfold"], pair["pgbench"]) for pair in pairs]
    ratios = [ours["per_second"] / theirs["per_second"] for ours, theirs in both if "failed" not in {**ours, **theirs}]
    return {"clients": clients, "pairs": pairs, **({"times_pgbench": round(median(ratios), 2)} if ratios else {})}
