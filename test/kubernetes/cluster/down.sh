#!/bin/bash
# down.sh FOLDER: ends what up.sh started, by pid and start time, and takes away its network, its cgroups and the folder.
set -uo pipefail
STATE=$(realpath -m "${1:?down.sh FOLDER}")
. "$(dirname "$0")/settings.sh"
[ -n "$SLOT" ] || { echo "down.sh: there is no cluster in $STATE" >&2; exit 2; }
. "$HERE/network.sh"
. "$HERE/nodes.sh"
rm -f "$STATE/ready"
each_alive() { # COMMAND…: with pid and name of each process that is left, but not of this one
  local file pid began
  for file in "$RUN"/*.pid; do
    [ -e "$file" ] && read -r pid began <"$file" && [ "$pid" != $$ ] && alive "$pid" "$began" && "$@" "$pid" "$(basename "$file" .pid)"
  done
}
end() { case $2 in node*) kill -KILL "$1" ;; *) kill "-$SIGNAL" "$1" ;; esac; }
left() { echo "$2"; }
for SIGNAL in TERM KILL; do
  each_alive end
  for try in $(seq 50); do [ -n "$(each_alive left)" ] || break 2; sleep 0.1; done
done
network_down
for folder in "$STATE"/node*; do [ ! -d "$folder" ] || cgroups_down "$(basename "$folder")"; done
rm -rf "$STATE"
