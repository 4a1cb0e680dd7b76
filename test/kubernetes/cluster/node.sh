#!/bin/bash
# node.sh FOLDER crash|boot|cut|join|run NUMBER [COMMAND…]: crash a node with all its pods, boot it again, pull its network cable, plug it
# in again, or run a command inside it.
set -euo pipefail
STATE=$(realpath -m "${1:?node.sh FOLDER ACTION NUMBER}") ACTION=${2:?} NUMBER=${3:?}; shift 3
. "$(dirname "$0")/settings.sh"
. "$HERE/network.sh"
. "$HERE/nodes.sh"
read -r pid began <"$RUN/node$NUMBER.pid"
case $ACTION in
  crash) alive "$pid" "$began" && kill -KILL "$pid" ;;
  boot) ! alive "$pid" "$began" || { echo "node.sh: node$NUMBER is up" >&2; exit 1; }; node_up "$NUMBER" ;;
  cut) ip -n "$NAME-sw" link set "n$NUMBER" down ;;
  join) ip -n "$NAME-sw" link set "n$NUMBER" up ;;
  run) alive "$pid" "$began" && exec nsenter -a -t "$(pgrep -P "$pid")" "$@" ;; # the child of unshare is the node's process 1
  *) echo "node.sh: unknown action $ACTION; known: crash, boot, cut, join, run" >&2; exit 2 ;;
esac
