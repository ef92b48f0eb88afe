"""Acknowledged commands a second beside pgbench, in pairs: each number of clients on both, one after the other."""

from statistics import median
from typing import Any

from clock import load
from driver import Driver
from pgbench import Pgbench
from product import Product
from servers import Servers
from taskfold import PEOPLE, Taskfold
from trouble import attempt

DATABASE = "taskfold_commands"


def measure(servers: Servers, driver: Driver, product: Product, clients: list[int], seconds: int, rounds: int) -> Any:
    """A row for each number of clients, and what kept Taskfold from being measured, if anything did."""
    pgbench = Pgbench(servers)
    taskfold = Taskfold(servers, driver, product, DATABASE)
    pairs: dict[int, list[dict[str, Any]]] = {count: [] for count in clients}
    for turn in range(rounds):
        # What warms up or slows down in the course of a run meets each number of clients alike.
        for count in clients if turn % 2 == 0 else reversed(clients):
            pairs[count].append(_pair(pgbench, taskfold, count, seconds))
    return {"people": PEOPLE, "rows": [_row(count, found) for count, found in pairs.items()]}


def _pair(pgbench: Pgbench, taskfold: Taskfold, clients: int, seconds: int) -> dict[str, Any]:
    return {
        "load": load(),
        "pgbench": attempt(lambda: pgbench.measure(clients, seconds)),
        "taskfold": attempt(lambda: taskfold.measure(clients, seconds)),
        "pgbench_one_round_trip": attempt(lambda: pgbench.measure(clients, seconds, one_round_trip=True)),
    }


def _row(clients: int, pairs: list[dict[str, Any]]) -> dict[str, Any]:
    """The ratios are medians over the pairs."""
    row: dict[str, Any] = {"clients": clients, "pairs": pairs}
    for other in ("pgbench", "pgbench_one_round_trip"):
        both = [(pair["taskfold"], pair[other]) for pair in pairs]
        ratios = [a["per_second"] / b["per_second"] for a, b in both if "failed" not in {**a, **b}]
        if ratios:
            row[f"times_{other}"] = round(median(ratios), 2)
    return row
