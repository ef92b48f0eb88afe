"""Client programs, as the self-test uses them."""

import json
import os
import subprocess

import kafka
from fault import StackError
from stack import Stack

TOOL_SECONDS = 90.0


def schema(*fields: dict[str, str]) -> dict[str, str]:
    """The body that registers a record with an id and these fields."""
    record = {"type": "record", "name": "Check", "fields": [{"name": "id", "type": "string"}, *fields]}
    return {"schema": json.dumps(record)}


def _kafka(stack: Stack, name: str, *words: str, text: str = "") -> str:
    brokers = stack.brokers()[0].variables()["STACK_KAFKA_BROKERS"]
    return execute([*kafka.tool(name, brokers), *words], text)


def create_topic(stack: Stack, topic: str, replicas: int) -> None:
    """Makes a topic of six partitions."""
    words = ["--create", "--topic", topic, "--partitions", "6", "--replication-factor", str(replicas)]
    _kafka(stack, "kafka-topics", *words)


def produce(stack: Stack, topic: str, numbers: range) -> None:
    """Writes `record N` for each number."""
    text = "".join(f"record {n}\n" for n in numbers)
    # The tool would give up long before another broker leads the partitions of a lost one.
    patience = ["--message-send-max-retries", "200", "--retry-backoff-ms", "200", "--request-timeout-ms", "5000"]
    _kafka(stack, "kafka-console-producer", "--topic", topic, *patience, text=text)


def consume(stack: Stack, topic: str, count: int) -> int:
    """How many distinct records of the topic can be read, up to `count`."""
    words = ["--topic", topic, "--from-beginning", "--max-messages", str(count), "--timeout-ms", "20000"]
    return len(set(_kafka(stack, "kafka-console-consumer", *words).splitlines()))


def execute(command: list[str], text: str = "", fails: bool = False, env: dict[str, str] | None = None) -> str:
    """Runs a program: what it prints, or its complaint when it is meant to fail."""
    result = subprocess.run(
        command,
        input=text,
        capture_output=True,
        text=True,
        timeout=TOOL_SECONDS,
        env={**os.environ, **(env or {})},
        check=False,
    )
    if (result.returncode != 0) != fails:
        raise StackError(f"{command[-1]}: exit status {result.returncode}: {result.stderr.strip()[-400:]}")
    return result.stderr if fails else result.stdout
