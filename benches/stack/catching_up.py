"""How fast a processor catches up while commands keep coming, and how fast views are built anew."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from driver import Driver
from product import Fleet, Product, accounts
from taskfold import PEOPLE, WARM_SECONDS
from trouble import Failed

CLIENTS = 64
INGEST = 1_000
"""Events a second that keep coming."""
CATCH_UP_SECONDS = 60.0
LOOK_SECONDS = 0.1


def measure(driver: Driver, product: Product, seconds: int) -> dict[str, Any]:
    """Events a second of the processor after it stood still for a while, and of a rebuild."""
    fleet = Fleet(product, "taskfold_catching_up")
    address = fleet.gateways[0].address
    tokens = accounts(address, PEOPLE)
    driver.load(address, tokens, PEOPLE, WARM_SECONDS)
    fleet.processor.end()
    return {
        "offered": INGEST,
        # Also what command and gateway do when the processor has cores of its own.
        "alone": driver.load(address, tokens, CLIENTS, seconds),
        **_catch_up(driver, fleet, tokens),
        "rebuild": _rebuild(product),
    }


def _catch_up(driver: Driver, fleet: Fleet, tokens: list[str]) -> dict[str, Any]:
    backlog = _backlog(fleet)
    address = fleet.gateways[0].address
    stop = threading.Event()

    def ingest() -> None:
        while not stop.is_set():
            driver.load(address, tokens, CLIENTS, 1, per_second=INGEST)

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(ingest)
        try:
            fleet.processor = fleet.start_processor()
            found = _watch(fleet)
        finally:
            stop.set()
            coming.result()
    return {"backlog": backlog, **found}


def _backlog(fleet: Fleet) -> int:
    """What waits for a processor, once the query role has seen the end of the log."""
    before, now = -1, fleet.views_behind()[0]
    while now != before:
        # It looks four times a second.
        time.sleep(0.6)
        before, now = now, fleet.views_behind()[0]
    return now


def _watch(fleet: Fleet) -> dict[str, Any]:
    """Until the processor that was just started has caught up."""
    begun, logged = time.monotonic(), fleet.logged()
    behind = {"views": lambda: fleet.views_behind()[0], "topics": fleet.topics_behind}
    before = fleet.views_behind()[0]
    found: dict[str, Any] = {}
    while len(found) < len(behind):
        seconds = time.monotonic() - begun
        if seconds > CATCH_UP_SECONDS:
            raise Failed(f"only {list(found)} caught up within {CATCH_UP_SECONDS:.0f} s")
        for name in behind.keys() - found.keys():
            left, came = behind[name](), fleet.logged() - logged
            # Less than half a second of what keeps coming is no backlog.
            if left < INGEST / 2:
                rate = round((before + came - left) / seconds)
                found[name] = {"seconds": round(seconds, 2), "ingest": round(came / seconds), "per_second": rate}
        time.sleep(LOOK_SECONDS)
    return found


def _rebuild(product: Product) -> dict[str, Any]:
    begun = time.monotonic()
    built = json.loads(product.run("--json", "views", "rebuild"))
    seconds = time.monotonic() - begun
    return {"events": built["events"], "seconds": round(seconds, 2), "per_second": round(built["events"] / seconds)}
