"""The store's two busiest routes as a FastAPI team would write them: asyncpg, redis.asyncio, pydantic, prometheus_client.

    DATABASE_URL=... REDIS_URL=... uvicorn fastapi_store:app --port 8100 --no-access-log
"""

import json
import os
import re
import time
from decimal import Decimal
from typing import Optional

import asyncpg
import redis.asyncio as redis
from fastapi import FastAPI, Header, HTTPException, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from pydantic import BaseModel, Extra, condecimal, constr

CACHE_TTL_MS = 60_000
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time of a request.", ["method", "route"], buckets=BUCKETS)
HITS = Counter("redis_app_cache_hit", "Reads answered by the cache.", ["cache"]).labels("items")
MISSES = Counter("redis_app_cache_miss", "Reads the cache had no value for.", ["cache"]).labels("items")
CREATED = Counter("transactions_created", "Transactions created.")


class Metered:
    """Plain ASGI middleware: Starlette's BaseHTTPMiddleware costs this app a third of its throughput."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        status = 500

        async def note(message):
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = re.sub(r"^/(items|transactions)/.+", r"/\1/:id", scope["path"])
            REQUESTS.labels(scope["method"], route, status).inc()
            SECONDS.labels(scope["method"], route).observe(time.perf_counter() - started)


app = FastAPI()
app.add_middleware(Metered)
database: asyncpg.Pool
cache: redis.Redis


class NewTransaction(BaseModel):
    amount: condecimal(gt=Decimal(0), max_digits=20, decimal_places=4)
    currency: constr(regex="^[A-Z]{3}$")

    class Config:
        extra = Extra.forbid


class Item(BaseModel):
    key: str
    value: str
    createdAt: str
    updatedAt: str


class Transaction(BaseModel):
    id: str
    amount: str
    currency: str
    batchId: Optional[str]
    createdAt: str


@app.on_event("startup")
async def connect():
    global database, cache
    database = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10)
    cache = redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


@app.get("/ready")
async def ready():
    await database.fetchval("select 1")
    return {"status": "ready"}


@app.get("/metrics")
async def metrics():
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@app.get("/items/{key}", response_model=Item)
async def get_item(key: str):
    cached = await cache.get(f"peer:{key}")
    if cached is not None:
        HITS.inc()
        return json.loads(cached)
    MISSES.inc()
    row = await database.fetchrow("select key, value, created_at, updated_at from items where key = $1", key)
    if row is None:
        raise HTTPException(404, "there is no item with this key")
    item = {
        "key": row["key"],
        "value": row["value"],
        "createdAt": row["created_at"].isoformat(),
        "updatedAt": row["updated_at"].isoformat(),
    }
    await cache.set(f"peer:{key}", json.dumps(item), px=CACHE_TTL_MS)
    return item


@app.post("/transactions", response_model=Transaction, status_code=201)
async def create_transaction(new: NewTransaction, idempotency_key: Optional[str] = Header(None)):
    row = await database.fetchrow(
        """insert into transactions (amount, currency, idempotency_key) values ($1, $2, $3)
           on conflict (idempotency_key) do nothing returning id, amount, currency, batch_id, created_at""",
        new.amount,
        new.currency,
        idempotency_key,
    )
    if row is None:
        raise HTTPException(409, "this key was used before")
    CREATED.inc()
    return {
        "id": str(row["id"]),
        "amount": str(row["amount"]),
        "currency": row["currency"],
        "batchId": None,
        "createdAt": row["created_at"].isoformat(),
    }
