# A node is a process of this machine with namespaces and control groups of its own, which node-main.sh runs in.
cgroups() { # the controllers of cgroup v1
  local folder
  for folder in /sys/fs/cgroup/*; do [ "$folder" = /sys/fs/cgroup/unified ] || [ ! -e "$folder/cgroup.procs" ] || echo "$folder"; done
}
node_up() { # NUMBER
  local node=node$1 cgroup folder
  mkdir -p "$STATE/$node/var"/{lib/{kubelet,cni,containerd},log/{pods,containers},tmp}
  [ -e "$STATE/$node/var/run" ] || ln -s /run "$STATE/$node/var/run"
  cgroups_down "$node" # left by a node that crashed
  for cgroup in $(cgroups); do
    mkdir -p "$cgroup/$NAME-$node/system"
    [ ! -e "$cgroup/cpuset.cpus" ] || for folder in "$cgroup/$NAME-$node" "$cgroup/$NAME-$node/system"; do
      cat "$cgroup/cpuset.cpus" >"$folder/cpuset.cpus"
      cat "$cgroup/cpuset.mems" >"$folder/cpuset.mems"
    done
  done
  start "$node" nsenter "--net=/run/netns/$NAME-n$1" unshare --mount --pid --uts --ipc --fork --mount-proc --kill-child \
    env STATE="$STATE" bash "$HERE/node-main.sh" "$1"
}
cgroups_down() { # NODE: they are busy for a moment after its end
  local try cgroup left
  for try in $(seq 50); do
    left=
    for cgroup in $(cgroups); do
      [ ! -d "$cgroup/$NAME-$1" ] || find "$cgroup/$NAME-$1" -depth -type d -exec rmdir {} + 2>/dev/null || left=yes
    done
    [ -n "$left" ] || return 0
    sleep 0.1
  done
}
