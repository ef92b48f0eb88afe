"""Reads a topic as anybody's consumer would, and prints when each position came (µs since 1970). Needs aiokafka."""

import asyncio
import json
import sys
import time

from aiokafka import AIOKafkaConsumer

PATIENCE_SECONDS = 10.0


async def main(brokers: str, topic: str, count: int) -> None:
    """Ends after `count` records, or when none has come for a while."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="latest", fetch_max_wait_ms=500)
    await consumer.start()
    try:
        # Where "latest" is must be known before anything is written.
        for partition in consumer.assignment():
            await consumer.position(partition)
        print("ready", flush=True)
        came: dict[str, int] = {}
        while len(came) < count:
            record = await asyncio.wait_for(consumer.getone(), PATIENCE_SECONDS)
            headers = dict(record.headers)
            came[headers["ce_position"].decode()] = time.time_ns() // 1000
    except TimeoutError:
        print(f"nothing came for {PATIENCE_SECONDS:.0f} s", file=sys.stderr)
    finally:
        await consumer.stop()
    print(json.dumps(came), flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
