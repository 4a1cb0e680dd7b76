# What the scripts of the test cluster share. A script that works on a cluster sets STATE, the cluster's folder, before it reads this.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VERSION=1.20.2
RECIPE=1 # raise it when what is built changes: it names the folder in the cache

# The same folder as src/runtimes/native/components/fetch/cache.ts takes.
if [ -n "${FIREDRILL_CACHE:-}" ]; then CACHE=$(realpath -m "$FIREDRILL_CACHE")
elif [[ ${XDG_CACHE_HOME:-} = /* ]]; then CACHE=$XDG_CACHE_HOME/firedrill
else CACHE=$HOME/.cache/firedrill; fi
CACHE=$CACHE/tests/kubernetes-$VERSION-$RECIPE
BIN=$CACHE/bin       # what is built from Debian's source package
DEBIAN=$CACHE/debian # what Debian's binary packages hold, unpacked
IMAGES=$CACHE/images # archives that each node imports
export PATH=$BIN:$DEBIAN/usr/bin:$DEBIAN/usr/sbin:$PATH

# 77: a cluster cannot run here, which is no failure.
unavailable() { echo "$*" >&2; exit 77; }
need() { local program; for program; do command -v "$program" >/dev/null || unavailable "the program $program is missing"; done; }
BEGAN=$(date +%s%N)
say() { printf '%6d ms  %s\n' $((($(date +%s%N) - BEGAN) / 1000000)) "$*" >&2; }

# Several clusters fit on one machine: each has a slot, with names, ports and addresses of its own.
use_slot() {
  SLOT=$1
  NAME=fdk$SLOT           # begins the names of its network namespaces, link and cgroups
  NET=10.$((89 + SLOT)).0 # .1 is this machine, .11 .12 … are the nodes
  PODS=10.$((89 + SLOT))  # pods of node I: .(64 + I).0/24
  POD_NET=$PODS.64.0/18
  SERVICE_NET=$PODS.128.0/17
  SERVICE_IP=$PODS.128.1
  ETCD_PORT=$((23790 + 2 * SLOT))
  API=https://$NET.1:6443
}
SLOT=
if [ -n "${STATE:-}" ]; then
  PKI=$STATE/pki; RUN=$STATE/run; LOG=$STATE/log
  [ ! -e "$STATE/slot" ] || use_slot "$(cat "$STATE/slot")"
fi

started_at() { awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null; }
alive() { [ -n "$2" ] && [ "$(started_at "$1")" = "$2" ]; } # PID START_TIME
# start NAME COMMAND…: in a session of its own; its pid and start time are kept, so that no other process is ever ended in its place.
start() {
  local name=$1; shift
  setsid "$@" >"$LOG/$name.log" 2>&1 </dev/null &
  echo "$! $(started_at $!)" >"$RUN/$name.pid"
}
