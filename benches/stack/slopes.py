"""Whether the log's statements take longer when the log grows: counted in buffers."""

from typing import Any

from driver import Driver
from servers import Servers

TAKES_SECONDS = 60.0


def measure(servers: Servers, driver: Driver, quick: bool) -> dict[str, Any]:
    """Both series, as `taskfold-bench slopes` counts them; of small logs when it is to be `quick`."""
    if quick:
        return driver.slopes(servers.url("postgres"), "--events", "1000,5000", "--workspaces", "10,100")
    servers.deadline.need(TAKES_SECONDS)
    return driver.slopes(servers.url("postgres"))
