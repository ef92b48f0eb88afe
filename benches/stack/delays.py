"""From the acknowledgement of a write to a Kafka consumer, and to a socket at another gateway: roles apart."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reference
from driver import Driver
from product import Fleet, Product, accounts
from servers import Servers
from trouble import Failed, attempt

RATES = (100, 1_000)
TOPIC = "task-events"
CONSUMER = Path(__file__).resolve().parent / "consumer.py"
END_SECONDS = 30.0

Way = Callable[[int, int], dict[str, Any]]
"""Measures at a rate for so many seconds."""


def measure(servers: Servers, driver: Driver, product: Product, seconds: int) -> dict[str, Any]:
    """p50 and p99 in milliseconds for each rate, each way; what one way needs does not keep the other from it."""
    fleet = Fleet(product, "taskfold_delays")
    writer, other = (gateway.address for gateway in fleet.gateways)
    [token] = accounts(writer, 1)
    ways: dict[str, Way] = {
        "socket": lambda rate, length: driver.live(writer, token, other, rate, length),
        "kafka": lambda rate, length: _consumed(servers, driver, writer, token, rate, length),
    }
    return {
        f"{name} at {rate}/s": attempt(lambda: way(rate, seconds)) for name, way in ways.items() for rate in RATES
    }


def _consumed(
    servers: Servers, driver: Driver, address: str, token: str, rate: int, seconds: int
) -> dict[str, float]:
    count = rate * seconds
    command = [str(reference.environment()), "-B", str(CONSUMER), servers.brokers, TOPIC, str(count)]
    consumer = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert consumer.stdout is not None
        if consumer.stdout.readline().strip() != "ready":
            raise Failed(f"the consumer: {consumer.communicate(timeout=END_SECONDS)[1].strip()[-300:]}")
        acknowledged = driver.paced(address, token, rate, seconds)
        printed, complaint = consumer.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Failed("the consumer did not end") from error
    finally:
        consumer.kill()
        consumer.wait()
    came = json.loads(printed or "{}")
    missing = acknowledged.keys() - came.keys()
    if missing:
        raise Failed(f"{len(missing)} of {len(acknowledged)} did not come. {complaint.strip()[-300:]}")
    # A record may be there before the client has its answer.
    delays = sorted(max(came[position] - at, 0) / 1000 for position, at in acknowledged.items())
    return {
        "records": len(delays),
        "p50_ms": round(delays[len(delays) // 2], 2),
        "p99_ms": round(delays[len(delays) * 99 // 100], 2),
        "max_ms": round(delays[-1], 2),
    }
