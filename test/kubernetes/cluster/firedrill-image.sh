#!/bin/bash
# firedrill-image.sh FOLDER: what deploy/Dockerfile makes, of this checkout as it is built, as image firedrill.test/firedrill:1 on every node
# of a cluster.
set -euo pipefail
STATE=$(realpath -m "${1:?firedrill-image.sh FOLDER}")
. "$(dirname "$0")/settings.sh"
. "$HERE/image.sh"
ROOTS=$(mktemp -d)
trap 'rm -rf "$ROOTS"' EXIT
cd "$HERE/../../.."
[ -e dist/src/cli ] || { echo "firedrill-image.sh: Firedrill is not built: node scripts/prepare.js" >&2; exit 1; }

IMAGE=$ROOTS/firedrill
busybox "$IMAGE"
program "$IMAGE" "$(readlink -f "$(node -p process.execPath)")"
mkdir -p "$IMAGE/app/node_modules" "$IMAGE/usr/local/bin"
cp -r bin drills slos journeys responder.yaml package.json "$IMAGE/app/"
tar -c --exclude=dist/bench --exclude='*.map' dist | tar -x -C "$IMAGE/app"
# Only what runs: each package that package.json depends on, and what those depend on, as npm has laid them.
MODULES=$(realpath node_modules)
(cd "$MODULES/.." && npm ls --all --omit=dev --omit=optional --parseable 2>/dev/null || true) | sed -n "s#^$MODULES/##p" |
  while read -r package; do
    mkdir -p "$IMAGE/app/node_modules/$(dirname "$package")"
    cp -r "$MODULES/$package" "$IMAGE/app/node_modules/$(dirname "$package")/"
  done
cp deploy/firedrill "$IMAGE/usr/local/bin/firedrill"
archive firedrill "$IMAGE" "$STATE/firedrill.tar" firedrill
for node in "$STATE"/node*/; do
  bash "$HERE/node.sh" "$STATE" run "$(basename "$node" | tr -d a-z)" \
    ctr -a /run/containerd/containerd.sock -n k8s.io images import "$STATE/firedrill.tar"
done
say "image firedrill on every node"
