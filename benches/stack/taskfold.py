"""Taskfold with people in it, measured through HTTP."""

from collections.abc import Callable

from clock import Watch
from driver import Driver
from product import Fleet, Product, accounts
from servers import Child, Servers
from trouble import Failed, attempt

PEOPLE = 16
"""Accounts that the clients share: as many as there are partitions, so that no one lane has all the work."""
WARM_SECONDS = 2

Started = tuple[str, list[Child]]
"""Where a gateway is, and who ends when Taskfold is warm."""
Start = Callable[[Product, str], Started]
"""Starts Taskfold on a new database."""


def together(product: Product, database: str) -> Started:
    """All roles in one process, without Kafka; it keeps the views meanwhile."""
    product.create(database)
    return product.start().address, []


def writing(product: Product, database: str) -> Started:
    """Gateway and command in one process. Views are there; who keeps them goes, as if it had cores of its own."""
    product.create(database)
    product.sign()
    processor = product.role("processor", listen="SERVE__METRICS_LISTEN")
    query = product.role("query", listen="SERVE__INTERNAL_LISTEN")
    return product.role("gateway", "command", UPSTREAM__QUERY=f"http://{query.address}").address, [processor]


def apart(product: Product, database: str) -> Started:
    """A process of each role and a second gateway; the log is published on Kafka and views are kept meanwhile."""
    return Fleet(product, database).gateways[0].address, []


class Taskfold:
    """Taskfold on a database of its own, warm; when it does not start, each measurement says why."""

    def __init__(self, servers: Servers, driver: Driver, product: Product, start: Start, database: str) -> None:
        self.servers = servers
        self.driver = driver
        self.address = ""
        self.tokens: list[str] = []
        before = len(product.children)
        self.trouble = attempt(lambda: self._start(lambda: start(product, database)))
        self.pids = product.pids[before:]

    def _start(self, start: Callable[[], Started]) -> None:
        self.address, passing = start()
        self.tokens = accounts(self.address, PEOPLE)
        self.driver.load(self.address, self.tokens, PEOPLE, WARM_SECONDS)
        for child in passing:
            child.end()

    def measure(self, clients: int, seconds: int) -> dict[str, float]:
        """Acknowledged commands a second."""
        if self.trouble:
            raise Failed(self.trouble["failed"])
        self.servers.settle()
        watch = Watch({"postgres": self.servers.pids["postgres"], "server": self.pids})
        row = self.driver.load(self.address, self.tokens, clients, seconds)
        return {**row, **watch.cost(row["per_second"] * seconds)}
