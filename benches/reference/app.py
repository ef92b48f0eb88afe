"""Tasks over HTTP as many teams write such a service: FastAPI, asyncpg, aiokafka. Measured beside Taskfold."""

import asyncio
import hashlib
import json
import os
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

TOPIC = "reference-events"
POOL = 16
"""Connections of each worker: more made it slower where it was measured."""
TOKEN_SECONDS = 30.0
TOKENS = 10_000
RELAY_BATCH = 500
RELAY_SECONDS = 0.02

# One statement is one transaction and one round trip.
WRITE = """
WITH kept AS (INSERT INTO idempotency (key, fingerprint, recorded_at, reply) VALUES ($1, $2, $3, $4)),
task AS (INSERT INTO tasks (task_id, workspace_id, created_by, created_at, version, title, description, priority, tags)
         VALUES ($5, $6, $7, $3, 1, $8, $9, $10, $11))
INSERT INTO events (event_id, workspace_id, stream_id, version, type, recorded_at, payload)
VALUES ($12, $6, $5, 1, 'task.created', $3, $4)
"""
WRITE_WITH_OUTBOX = WRITE.replace(
    "INSERT INTO events", ", queued AS (INSERT INTO outbox (workspace_id, value) VALUES ($6, $4))\nINSERT INTO events"
)
REPLY = "SELECT fingerprint, reply FROM idempotency WHERE key = $1"
CALLER = "SELECT user_id, workspace_id FROM tokens WHERE hash = $1"
TAKE = """
DELETE FROM outbox WHERE number IN (SELECT number FROM outbox ORDER BY number LIMIT $1 FOR UPDATE)
RETURNING number, workspace_id, value
"""
RELAY_LOCK = "SELECT pg_try_advisory_xact_lock(1)"


class CreateTask(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=500)
    description: str = Field(default="", max_length=65_536)
    priority: Literal["none", "low", "medium", "high", "urgent"] = "none"
    tags: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(default=[], max_length=50)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    user_id: UUID
    workspace_id: UUID
    until: float
    """When the database is asked again, on the monotonic clock."""


@dataclass(slots=True)
class Service:
    """What the handlers share."""

    pool: asyncpg.Pool
    producer: AIOKafkaProducer
    outbox: bool
    """Whether the answer waits for the commit alone, and a relay publishes."""
    callers: dict[bytes, Caller]


def new_id() -> UUID:
    """A time-ordered id (version 7): kinder to indexes than a random one."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return UUID(int=value & ~(0xF << 76 | 0x3 << 62) | 7 << 76 | 2 << 62)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connects before the first request and leaves after the last."""
    outbox = os.environ.get("REFERENCE_PUBLISH") == "outbox"
    producer = AIOKafkaProducer(
        bootstrap_servers=os.environ["REFERENCE_KAFKA"], acks="all", enable_idempotence=True, linger_ms=1
    )
    await producer.start()
    async with asyncpg.create_pool(os.environ["REFERENCE_POSTGRES"], min_size=POOL, max_size=POOL) as pool:
        app.state.service = Service(pool, producer, outbox, {})
        relay = asyncio.create_task(publish_outbox(app.state.service)) if outbox else None
        yield
        if relay:
            relay.cancel()
        await producer.stop()


app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)


def service(request: Request) -> Service:
    """The service of this process."""
    return request.app.state.service


async def caller(
    service: Annotated[Service, Depends(service)], authorization: Annotated[str, Header()] = ""
) -> Caller:
    """Who sent the request, by a hashed token that is remembered for a while."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HTTPException(401, "a bearer token is needed")
    digest = hashlib.sha256(token.encode()).digest()
    known = service.callers.get(digest)
    if known and known.until > time.monotonic():
        return known
    row = await service.pool.fetchrow(CALLER, digest)
    if row is None:
        raise HTTPException(401, "the token is unknown")
    if len(service.callers) >= TOKENS:
        service.callers.clear()
    found = Caller(row["user_id"], row["workspace_id"], time.monotonic() + TOKEN_SECONDS)
    service.callers[digest] = found
    return found


@app.get("/readyz")
async def ready(service: Annotated[Service, Depends(service)]) -> dict[str, str]:
    """Answers when the database does."""
    await service.pool.fetchval("SELECT 1")
    return {"status": "ready"}


@app.post("/api/v1/tasks", status_code=201)
async def create_task(
    body: CreateTask,
    service: Annotated[Service, Depends(service)],
    caller: Annotated[Caller, Depends(caller)],
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """Makes a task: stored, and published unless the relay does that, before the answer."""
    task_id, now = new_id(), datetime.now(UTC)
    task = {
        "task_id": str(task_id),
        "workspace_id": str(caller.workspace_id),
        "created_at": now.isoformat(),
        "version": 1,
        **body.model_dump(),
    }
    reply = json.dumps(task).encode()
    key = hashlib.sha256(f"{caller.user_id}:{idempotency_key or task_id}".encode()).digest()
    fingerprint = hashlib.sha256(body.model_dump_json().encode()).digest()
    values = (key, fingerprint, now, reply, task_id, caller.workspace_id, caller.user_id)
    fields = (body.title, body.description, body.priority, body.tags, new_id())
    try:
        await service.pool.execute(WRITE_WITH_OUTBOX if service.outbox else WRITE, *values, *fields)
    except asyncpg.UniqueViolationError:
        stored = await service.pool.fetchrow(REPLY, key)
        if stored is None or stored["fingerprint"] != fingerprint:
            raise HTTPException(409, "this Idempotency-Key was used for another request") from None
        reply = stored["reply"]
    if not service.outbox:
        await service.producer.send_and_wait(TOPIC, reply, key=caller.workspace_id.bytes)
    return Response(reply, 201, media_type="application/json")


async def publish_outbox(service: Service) -> None:
    """Publishes what is in the outbox, in order; one process does at a time. At least once."""
    while True:
        async with service.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(TAKE, RELAY_BATCH) if await connection.fetchval(RELAY_LOCK) else []
            rows.sort(key=lambda row: row["number"])
            # Queued one after the other, then waited for together: the transaction ends when all are there.
            sent = [await service.producer.send(TOPIC, row["value"], key=row["workspace_id"].bytes) for row in rows]
            await asyncio.gather(*sent)
        if len(rows) < RELAY_BATCH:
            await asyncio.sleep(RELAY_SECONDS)
