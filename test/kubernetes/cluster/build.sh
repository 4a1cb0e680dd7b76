#!/bin/bash
# build.sh: all parts of Kubernetes as one program from Debian's source package, and what runs beside them from Debian's binary
# packages, into the cache, once. About 8 minutes on two cores. Exit code 77 where it cannot be built, with the reason.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
COMPLETE=$CACHE/complete
[ ! -e "$COMPLETE" ] || exit 0
need go gcc node apt-get dpkg-deb tar flock
[ "$(dpkg --print-architecture)" = amd64 ] || unavailable "the cluster is built for amd64 only"
mkdir -p "$BIN" "$IMAGES"
exec 8>"$CACHE/lock"
flock 8 # two at once: the second one waits, and finds it built
[ ! -e "$COMPLETE" ] || exit 0
WORK=$CACHE/work
# Idle processor time only, so that whatever else runs is not measured wrongly. What this began ends with it.
quietly() { nice -n 19 "$@"; }

fetch() {
  local apt=$WORK/apt packages=$WORK/packages options
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$packages" "$apt/sources"
  # This machine's own sources, asked for source packages too; lists of our own, so that nothing of the system changes.
  local source
  for source in /etc/apt/sources.list.d/*.sources; do
    [ ! -e "$source" ] || sed 's/^Types:.*/Types: deb deb-src/' "$source" >"$apt/sources/$(basename "$source")"
  done
  for source in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ ! -e "$source" ] || sed -n 's/^deb \(.*\)/deb \1\ndeb-src \1/p' "$source" >"$apt/sources/$(basename "$source" .list).list"
  done
  options=(-qq -o Dir::State="$apt" -o Dir::State::lists="$apt/lists" -o Dir::State::status=/var/lib/dpkg/status
    -o Dir::Cache="$apt" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$apt/sources"
    -o Acquire::Languages=none -o APT::Sandbox::User=)
  apt-get "${options[@]}" update >&2 || unavailable "Debian's package lists cannot be fetched"
  cd "$packages"
  apt-get "${options[@]}" source --download-only kubernetes >&2 || unavailable "Debian has no source package kubernetes here"
  apt-get "${options[@]}" download kubernetes-client busybox-static etcd-server containerd runc containernetworking-plugins \
    prometheus prometheus-alertmanager >&2 || unavailable "a Debian package is missing"
  local package
  for package in *.deb; do dpkg-deb -x "$package" "$DEBIAN"; done
}

unpack() {
  rm -rf "$TREE"
  mkdir -p "$TREE/cmd/hyperkube"
  tar -xzf "$WORK"/packages/kubernetes_*.orig.tar.gz -C "$TREE" --strip-components 1
  node "$HERE/mend-reflect2.js" "$TREE/vendor/github.com/modern-go/reflect2"
  cp "$HERE/hyperkube.go" "$TREE/cmd/hyperkube/main.go"
}

# The definitions of the API are not in the tarball; without them there is no server-side apply and no `kubectl explain`.
generate_definitions() {
  quietly go build -o "$WORK/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  local folders
  folders=$(grep -Rl --include='*.go' '^// *+k8s:openapi-gen=' pkg cmd vendor/k8s.io/*/ |
    grep -v -e '^vendor/k8s.io/code-generator' -e '^vendor/k8s.io/sample-apiserver' -e /testdata/ -e zz_generated |
    xargs -n1 dirname | LC_ALL=C sort -u | sed 's,^,k8s.io/kubernetes/,' | paste -sd,)
  quietly "$WORK/openapi-gen" --logtostderr -i "$folders" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$WORK/violations"
}

compile() {
  local flags="-s -w" package fact
  for package in client-go/pkg/version component-base/version; do
    for fact in gitVersion=v$VERSION gitMajor=1 gitMinor=20 gitTreeState=clean buildDate=2021-01-13T13:20:00Z; do
      flags="$flags -X k8s.io/kubernetes/vendor/k8s.io/$package.$fact"
    done
  done
  quietly go build -trimpath -tags "providerless dockerless" -ldflags "$flags" -o "$BIN/hyperkube" ./cmd/hyperkube
  for part in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet; do ln -sf hyperkube "$BIN/$part"; done
  gcc -Os -static -s -DVERSION=3.2 -o "$BIN/pause" build/pause/linux/pause.c
}

rm -rf "$WORK" "$DEBIAN"
fetch; say "packages fetched"
export GOPATH=$WORK/go GO111MODULE=off GOCACHE=$WORK/go-cache CGO_ENABLED=0 GOFLAGS=-p=2
TREE=$GOPATH/src/k8s.io/kubernetes
unpack
cd "$TREE"; say "unpacked"
generate_definitions; say "definitions of the API generated"
compile; say "built"
cd /
chmod -R u+w "$WORK"
rm -rf "$WORK"
date >"$COMPLETE"
