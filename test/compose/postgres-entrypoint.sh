#!/bin/sh
# What the official image's entry point does of that compose.yaml asks for, as the user that it is run as (postgres, 999): makes
# the database at first start, as POSTGRES_USER, POSTGRES_DB and POSTGRES_PASSWORD_FILE say, then runs the server.
set -e
data=${PGDATA:-/var/lib/postgresql/data}
if [ ! -s "$data/PG_VERSION" ]; then
  initdb -D "$data" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" -A scram-sha-256 -E UTF8 --locale=C >/dev/null
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB;" | postgres --single -D "$data" postgres >/dev/null
fi
exec "$@" -D "$data" -k /var/run/postgresql
