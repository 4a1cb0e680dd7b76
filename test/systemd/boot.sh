#!/bin/bash
# boot.sh FOLDER: a systemd of this machine as process 1 of namespaces of its own, with control groups of its own. It sees the files of
# this machine, but has its own /run, and can change neither /etc nor the kernel's settings. Ends when it is killed. FOLDER gets `log`.
set -euo pipefail
FOLDER=${1:?boot.sh FOLDER}
NAME=fd-systemd-$$

# Its control groups: those that this process is moved into are the roots that systemd sees.
for hierarchy in /sys/fs/cgroup/*/; do
  [ -e "$hierarchy/cgroup.procs" ] || continue
  mkdir -p "$hierarchy/$NAME"
  [ ! -e "$hierarchy/cpuset.cpus" ] || for file in cpuset.cpus cpuset.mems; do cat "$hierarchy/$file" >"$hierarchy/$NAME/$file"; done
  echo $$ >"$hierarchy/$NAME/cgroup.procs"
done
echo "$NAME" >"$FOLDER/cgroup"

exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child --propagation private bash -euo pipefail -c '
  mount -t proc proc /proc
  for path in /proc/sys /etc; do mount --bind "$path" "$path"; mount -o remount,bind,ro "$path"; done
  controllers=$(cd /sys/fs/cgroup; ls -d */)
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  for controller in $controllers; do
    controller=${controller%/}
    mkdir "/sys/fs/cgroup/$controller"
    case $controller in
      unified) mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified ;;
      systemd) mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd ;;
      *) mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" ;;
    esac
  done
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/lock /run/systemd/system /run/systemd/journald.conf.d
  printf "[Journal]\nStorage=volatile\nReadKMsg=no\n" >/run/systemd/journald.conf.d/firedrill.conf
  printf "[Unit]\nDefaultDependencies=no\nWants=systemd-journald.service\nAfter=systemd-journald.service\n" >/run/systemd/system/firedrill-test.target
  mount --make-rshared /
  exec env -i PATH="$PATH" container=firedrill-test /lib/systemd/systemd --system --unit=firedrill-test.target --show-status=no \
    --log-target=console </dev/null >"$0/log" 2>&1
' "$FOLDER"
