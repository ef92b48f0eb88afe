"""Waits that end: for a condition, with a bound."""

import time
from collections.abc import Callable

from fault import StackError

POLL_SECONDS = 0.1


class Unanswered(Exception):
    """A server does not answer; the text says how it failed."""


def until(check: Callable[[], str], seconds: float, what: str, alive: Callable[[], bool]) -> str:
    """Polls `check` until it raises no `Unanswered`; gives up after `seconds` or when `alive` is false."""
    end = time.monotonic() + seconds
    while True:
        running = alive()
        try:
            return check()
        except Unanswered as reason:
            if not running:
                raise StackError(f"{what} ended while it started") from reason
            if time.monotonic() > end:
                raise StackError(f"{what} does not answer after {seconds:.0f} s: {reason}") from reason
        time.sleep(POLL_SECONDS)


def gone(alive: Callable[[], bool], seconds: float) -> bool:
    """Whether `alive` turns false within `seconds`."""
    end = time.monotonic() + seconds
    while alive():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_SECONDS / 2)
    return True
