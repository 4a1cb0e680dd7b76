#!/bin/bash
# images.sh: the images that every node has, as archives in the cache: from Debian's programs and this machine's Node. An archive is made
# again when what it consists of has changed.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
. "$HERE/image.sh"
need node tar sha256sum ldd flock
ROOTS=$(mktemp -d)
trap 'rm -rf "$ROOTS"' EXIT

# is_current NAME FILE…: whether its archive was made of these files
is_current() {
  local name=$1; shift
  MADE_OF=$(stat -Lc '%n %s %Y' "$HERE/image.sh" "$@")
  [ -e "$IMAGES/$name.tar" ] && [ "$(cat "$IMAGES/$name.from" 2>/dev/null)" = "$MADE_OF" ]
}
# make NAME [ENTRYPOINT…]: the archive of what stands in the root of that name
make() {
  local name=$1; shift
  archive "$name" "$ROOTS/$name" "$IMAGES/$name.tar" "$@"
  echo "$MADE_OF" >"$IMAGES/$name.from"
  rm -rf "${ROOTS:?}"/*
  say "image $name"
}

exec 8>"$CACHE/lock"
flock 8
NODE=$(readlink -f "$(node -p process.execPath)")
PROMETHEUS=$DEBIAN/usr/bin/prometheus
ALERTMANAGER=$DEBIAN/usr/bin/prometheus-alertmanager
is_current pause "$BIN/pause" || {
  mkdir -p "$ROOTS/pause"
  cp "$BIN/pause" "$ROOTS/pause/pause"
  make pause /pause
}
is_current busybox "$DEBIAN/bin/busybox" || {
  busybox "$ROOTS/busybox"
  make busybox
}
is_current node "$NODE" || {
  busybox "$ROOTS/node"
  program "$ROOTS/node" "$NODE"
  make node
}
is_current prometheus "$PROMETHEUS" || {
  busybox "$ROOTS/prometheus"
  program "$ROOTS/prometheus" "$PROMETHEUS"
  make prometheus /usr/bin/prometheus
}
is_current alertmanager "$ALERTMANAGER" || {
  busybox "$ROOTS/alertmanager"
  program "$ROOTS/alertmanager" "$ALERTMANAGER"
  # Its template of notifications is where Debian compiled the path in.
  mkdir -p "$ROOTS/alertmanager/usr/share/prometheus"
  cp -r "$DEBIAN/usr/share/prometheus/alertmanager" "$ROOTS/alertmanager/usr/share/prometheus/"
  make alertmanager /usr/bin/prometheus-alertmanager
}
