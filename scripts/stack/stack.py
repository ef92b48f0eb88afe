"""A stack as a whole: which servers it has, and what is done to them together."""

import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import kafka
import ports
import tools
from fault import StackError
from jaeger import Jaeger
from postgres import Postgres
from redis import Redis
from registry import Registry
from replica import Replica
from service import Service
from state import State

GROUPS = ("postgres", "redis", "kafka", "registry", "jaeger")


class Stack:
    """The servers of one stack."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.postgres = Postgres(state, "postgres")
        self.redis = Redis(state, "redis")
        self.registry = Registry(self.postgres)

    def brokers(self) -> list[kafka.Broker]:
        """The nodes of Kafka."""
        return [kafka.Broker(self.state, number) for number in range(1, self.state.brokers + 1)]

    def services(self) -> list[Service]:
        """Every server, in the order in which they start: the slow ones first, each after what it needs."""
        replica = [Replica(self.postgres)] if self.state.replica else []
        jaeger = [Jaeger(self.state, "jaeger")] if self.state.jaeger else []
        return [*self.brokers(), *jaeger, self.redis, self.postgres, self.registry, *replica]

    def named(self, names: list[str]) -> list[Service]:
        """The servers of these names; a group (`kafka`, `postgres`) stands for all its servers."""
        found = []
        for name in names:
            group = [s for s in self.services() if name in (s.name, group_of(s))]
            exact = [s for s in group if s.name == name]
            if not group:
                raise StackError(f"no server {name} here: {', '.join(s.name for s in self.services())}")
            found += exact or group
        return found

    def up(self, groups: list[str]) -> None:
        """Starts what is missing and waits until it answers."""
        wanted = {*groups, *(["postgres"] if "registry" in groups else [])}
        services = [s for s in self.services() if group_of(s) in wanted]
        begun = time.monotonic()
        started = []
        for service in services:
            # The registry and the replica need the primary.
            if isinstance(service, Registry | Replica):
                self.postgres.wait()
            if service.launch():
                started.append(service.name)
        # The quick ones first, so that what is said of each is near the truth.
        for service in sorted(services, key=lambda service: service.start_seconds):
            answer = service.wait()
            if service.name in started:
                tools.say(f"{service.name}: {answer}, port {service.port}, {time.monotonic() - begun:.1f} s")
        self.state.save()
        if not started:
            tools.say("everything runs already")

    def down(self, groups: list[str], wipe: bool) -> None:
        """Ends what was started, all at once, and removes the data when asked to."""
        services = [s for s in self.services() if group_of(s) in groups]
        try:
            with ThreadPoolExecutor() as pool:
                for _ in pool.map(lambda service: service.stop(), services):
                    pass
        finally:
            self.state.save()
        if wipe and set(groups) >= set(GROUPS):
            ports.release(self.state.directory)
            shutil.rmtree(self.state.directory)
        elif wipe:
            for service in services:
                shutil.rmtree(service.home, ignore_errors=True)

    def restart(self, names: list[str]) -> None:
        """Ends servers cleanly and starts them again on the same ports."""
        services = self.named(names)
        for service in services:
            service.stop()
        for service in services:
            service.launch()
        for service in services:
            tools.say(f"{service.name}: {service.wait()}")
        self.state.save()

    def send(self, names: list[str], number: int) -> None:
        """Sends a signal; one that stops, continues or kills goes to the server's children too."""
        for service in self.named(names):
            running = service.process()
            if running is None:
                raise StackError(f"{service.name} does not run")
            whole = number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT)
            (running.signal_all if whole else running.signal)(number)

    def status(self) -> list[tuple[str, bool, str]]:
        """Name, health and a sentence about each server that was started."""
        started = [s for s in self.services() if s.name in self.state.processes]
        with ThreadPoolExecutor() as pool:
            return [(s.name, *state) for s, state in zip(started, pool.map(lambda s: s.status(), started), strict=True)]


def group_of(service: Service) -> str:
    """The group that a server belongs to: kafka-2 to kafka."""
    return service.name.split("-")[0]
