"""A figure that is not there says why."""

from collections.abc import Callable
from typing import Any


class Failed(Exception):
    """It was tried, or should have been, and there is no figure; the text says why."""


def attempt(work: Callable[[], Any]) -> Any:
    """What `work` finds, or why it finds nothing: a part that fails takes no other with it."""
    try:
        return work()
    except Failed as error:
        return {"failed": str(error)}
    except Exception as error:  # noqa: BLE001 (what nobody thought of is a failure too, and is to be in the report)
        return {"failed": f"{type(error).__name__}: {error}"}


def failures(found: Any, where: str = "") -> list[str]:
    """Everything that failed, with its place."""
    if isinstance(found, list):
        return [text for one in found for text in failures(one, where)]
    if not isinstance(found, dict):
        return []
    own = [f"{where}: {found['failed']}"] if "failed" in found else []
    inner = ((key, failures(value, f"{where}, {key}" if where else key)) for key, value in found.items())
    return own + [text for _, texts in inner for text in texts]
