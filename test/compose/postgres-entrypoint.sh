#!/bin/sh
# What the official image's entry point does of that compose.yaml asks for: makes the database at first start, as POSTGRES_USER,
# POSTGRES_DB and POSTGRES_PASSWORD_FILE say, then runs the server as the user postgres (999 there).
set -e
data=${PGDATA:-/var/lib/postgresql/data}
as_postgres() { setpriv --reuid 999 --regid 999 --clear-groups "$@"; }
mkdir -p "$data"
chown -R 999:999 "$data"
chmod 700 "$data"
if [ ! -s "$data/PG_VERSION" ]; then
  as_postgres cat "$POSTGRES_PASSWORD_FILE" > /tmp/password
  chown 999:999 /tmp/password
  as_postgres initdb -D "$data" -U "$POSTGRES_USER" --pwfile=/tmp/password -A scram-sha-256 -E UTF8 --locale=C >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB;" | as_postgres postgres --single -D "$data" postgres >/dev/null
fi
exec setpriv --reuid 999 --regid 999 --clear-groups "$@" -D "$data" -k /tmp
