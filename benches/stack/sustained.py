"""What Taskfold sustains with roles apart: rising rates up to the knee, with views and topics that keep up."""

import time
from typing import Any

from driver import Driver
from product import Fleet, Product, accounts
from taskfold import PEOPLE, WARM_SECONDS
from trouble import Failed

CLIENTS = 64
P99_MS = 100.0
"""What an acknowledgement may take, counted from when the command was due."""
SHARE = 0.99
"""Of the rate that is offered, what is acknowledged in time."""
BEHIND_SECONDS = 1.0
"""How far views and topics may be behind at the end."""
DRAIN_SECONDS = 15.0


def measure(driver: Driver, product: Product, rates: list[int], seconds: int) -> dict[str, Any]:
    """A row for each rate up to the second that is not sustained, and the highest that is."""
    fleet = Fleet(product, "taskfold_sustained")
    address = fleet.gateways[0].address
    tokens = accounts(address, PEOPLE)
    driver.load(address, tokens, PEOPLE, WARM_SECONDS)
    rows: list[dict[str, Any]] = []
    for rate in rates:
        _drain(fleet)
        row = driver.load(address, tokens, CLIENTS, seconds, per_second=rate)
        views, _ = fleet.views_behind()
        found = {"rate": rate, **row, "views_behind": views, "topics_behind": fleet.topics_behind()}
        rows.append({**found, "sustained": _sustained(found)})
        if sum(not one["sustained"] for one in rows) == 2:
            break
    return {"clients": CLIENTS, "rows": rows, "knee": max((row["rate"] for row in rows if row["sustained"]), default=0)}


def _sustained(row: dict[str, Any]) -> bool:
    behind = max(row["views_behind"], row["topics_behind"])
    in_time = row["per_second"] >= SHARE * row["rate"] and row["p99_ms"] <= P99_MS
    return in_time and behind <= BEHIND_SECONDS * row["rate"]


def _drain(fleet: Fleet) -> None:
    """Waits until nothing is left of the rate before."""
    end = time.monotonic() + DRAIN_SECONDS
    while max(fleet.views_behind()[0], fleet.topics_behind()) > 0:
        if time.monotonic() > end:
            raise Failed(f"views or topics did not catch up within {DRAIN_SECONDS:.0f} s")
        time.sleep(0.1)
