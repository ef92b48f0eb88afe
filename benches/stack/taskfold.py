"""Taskfold with people in it, measured through HTTP."""

from clock import Watch
from driver import Driver
from product import Product, accounts
from servers import Servers
from trouble import Failed, attempt

PEOPLE = 16
"""Accounts that the clients share: as many as there are partitions, so that no one lane has all the work."""
WARM_SECONDS = 2


class Taskfold:
    """A process on a database of its own, warm; when it does not start, each measurement says why."""

    def __init__(self, servers: Servers, driver: Driver, product: Product, database: str) -> None:
        self.servers = servers
        self.driver = driver
        self.product = product
        self.address = ""
        self.tokens: list[str] = []
        self.trouble = attempt(lambda: self._start(database))

    def _start(self, database: str) -> None:
        self.address = self.product.start(self.product.migrate(database))
        self.tokens = accounts(self.address, PEOPLE)
        self.driver.load(self.address, self.tokens, PEOPLE, WARM_SECONDS)

    def measure(self, clients: int, seconds: int) -> dict[str, float]:
        """Acknowledged commands a second."""
        if self.trouble:
            raise Failed(self.trouble["failed"])
        self.servers.settle()
        watch = Watch({"postgres": self.servers.pids["postgres"], "server": self.product.pid})
        row = self.driver.load(self.address, self.tokens, clients, seconds)
        return {**row, **watch.cost(row["per_second"] * seconds)}
