"""The store's two busiest routes as a Flask team would write them: psycopg2, redis-py, prometheus_client.

    DATABASE_URL=... REDIS_URL=... gunicorn -k gthread --threads 16 -b 127.0.0.1:8101 flask_store:app
"""

import json
import os
import re
import time
from decimal import Decimal, InvalidOperation
from queue import LifoQueue

import psycopg2
import redis
from flask import Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

CACHE_TTL_MS = 60_000
CONNECTIONS = 10
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
REQUESTS = Counter("http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram("http_request_duration_seconds", "Time of a request.", ["method", "route"], buckets=BUCKETS)
HITS = Counter("redis_app_cache_hit", "Reads answered by the cache.", ["cache"]).labels("items")
MISSES = Counter("redis_app_cache_miss", "Reads the cache had no value for.", ["cache"]).labels("items")
CREATED = Counter("transactions_created", "Transactions created.")

app = Flask(__name__)
cache = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
# psycopg2's own pools raise when they are empty; threads are to wait instead.
connections = LifoQueue()
for _ in range(CONNECTIONS):
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    connections.put(connection)


def one_row(statement, values):
    connection = connections.get()
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
    finally:
        connections.put(connection)


@app.before_request
def start():
    g.started = time.perf_counter()


@app.after_request
def meter(response):
    route = request.url_rule.rule if request.url_rule else "unmatched"
    REQUESTS.labels(request.method, route, response.status_code).inc()
    SECONDS.labels(request.method, route).observe(time.perf_counter() - g.started)
    return response


@app.get("/ready")
def ready():
    one_row("select 1", ())
    return jsonify(status="ready")


@app.get("/metrics")
def metrics():
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


@app.get("/items/<path:key>")
def get_item(key):
    cached = cache.get(f"peer:{key}")
    if cached is not None:
        HITS.inc()
        return jsonify(json.loads(cached))
    MISSES.inc()
    row = one_row("select key, value, created_at, updated_at from items where key = %s", (key,))
    if row is None:
        return jsonify(detail="there is no item with this key"), 404
    item = {"key": row[0], "value": row[1], "createdAt": row[2].isoformat(), "updatedAt": row[3].isoformat()}
    cache.set(f"peer:{key}", json.dumps(item), px=CACHE_TTL_MS)
    return jsonify(item)


@app.post("/transactions")
def create_transaction():
    body = request.get_json()
    try:
        amount = Decimal(body["amount"])
        currency = body["currency"]
        if not (set(body) == {"amount", "currency"} and amount > 0 and re.fullmatch("[A-Z]{3}", currency)):
            raise ValueError
    except (InvalidOperation, KeyError, TypeError, ValueError):
        return jsonify(detail="amount and currency are needed"), 400
    row = one_row(
        """insert into transactions (amount, currency, idempotency_key) values (%s, %s, %s)
           on conflict (idempotency_key) do nothing returning id, amount, currency, created_at""",
        (amount, currency, request.headers.get("idempotency-key")),
    )
    if row is None:
        return jsonify(detail="this key was used before"), 409
    CREATED.inc()
    created = {"id": str(row[0]), "amount": str(row[1]), "currency": row[2], "batchId": None}
    return jsonify({**created, "createdAt": row[3].isoformat()}), 201
