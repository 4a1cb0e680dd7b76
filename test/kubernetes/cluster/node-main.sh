# node-main.sh NUMBER: process 1 of a node, which has its own network, mounts, processes, hostname, /var and /run. All its pods end with it.
set -eu
. "$(dirname "$0")/settings.sh"
. "$HERE/nodes.sh"
NUMBER=$1 NODE=node$1 FOLDER=$STATE/node$1
for cgroup in $(cgroups); do [ ! -e "$cgroup/$NAME-$NODE/system" ] || echo 0 >"$cgroup/$NAME-$NODE/system/cgroup.procs"; done
hostname "$NODE"
mount --bind "$FOLDER/var" /var
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/sysctl /run/cni.d
# Kubelet would set these for the whole machine. It finds the values that it wants, and leaves the machine alone.
pretend() {
  local copy=/run/sysctl/${1//\//.}
  echo "$2" >"$copy"
  mount --bind "$copy" "/proc/sys/$1"
}
pretend vm/overcommit_memory 1
pretend vm/panic_on_oom 0
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000
# Names are asked of the cluster's DNS: the resolver of this machine cannot be reached from here, and kubelet would wait 5 s for it.
RESOLV=$(readlink -m /etc/resolv.conf)
mkdir -p "$(dirname "$RESOLV")"
case $RESOLV in
  /run/*) echo "nameserver $NET.1" >"$RESOLV" ;;
  *) echo "nameserver $NET.1" >/run/resolv.conf; mount --bind /run/resolv.conf "$RESOLV" ;;
esac
cat >/run/cni.d/10-bridge.conflist <<J
{"cniVersion":"0.4.0","name":"pods","plugins":[
 {"type":"bridge","bridge":"cni0","isGateway":true,"ipMasq":false,"hairpinMode":true,"ipam":{"type":"host-local",
  "ranges":[[{"subnet":"$PODS.$((64 + NUMBER)).0/24"}]],"routes":[{"dst":"0.0.0.0/0"}],"dataDir":"/run/cni-ipam"}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
J
cat >/run/containerd.toml <<T
version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "firedrill.test/pause:1"
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "$DEBIAN/usr/lib/cni"
conf_dir = "/run/cni.d"
T
cat >/run/kubelet.yaml <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: $PKI/ca.crt } }
authorization: { mode: Webhook }
tlsCertFile: $PKI/$NODE.crt
tlsPrivateKeyFile: $PKI/$NODE.key
featureGates: { EphemeralContainers: true }
cgroupDriver: cgroupfs
cgroupRoot: /$NAME-$NODE
failSwapOn: false
clusterDomain: cluster.local
clusterDNS: [$NET.1]
evictionHard: { memory.available: 100Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1% }
imageGCHighThresholdPercent: 100
nodeStatusUpdateFrequency: 2s
nodeLeaseDurationSeconds: 8
readOnlyPort: 0
kubeAPIQPS: 50
kubeAPIBurst: 100
eventRecordQPS: 50
eventBurst: 100
Y
keep() { # NAME COMMAND…: begins again when it ends
  local name=$1; shift
  while :; do "$@" >>"$LOG/$NODE-$name.log" 2>&1 || true; echo "$name ended, again in 1 s"; sleep 1; done &
}
keep containerd containerd -c /run/containerd.toml
CTR="ctr -a /run/containerd/containerd.sock"
until $CTR version >/dev/null 2>&1; do sleep 0.1; done
for image in "$IMAGES"/*.tar; do
  imported=$FOLDER/$(basename "$image").$(stat -c %Y.%s "$image")
  [ -e "$imported" ] || { $CTR -n k8s.io images import "$image" && touch "$imported"; }
done
until [ -e "$RUN/apiserver.ready" ]; do sleep 0.05; done
keep proxy kube-proxy --kubeconfig "$PKI/proxy.conf" --hostname-override "$NODE" --proxy-mode iptables --cluster-cidr "$POD_NET" \
  --conntrack-max-per-core 0 --conntrack-tcp-timeout-established 0 --conntrack-tcp-timeout-close-wait 0
keep kubelet kubelet --config /run/kubelet.yaml --kubeconfig "$PKI/$NODE.conf" --hostname-override "$NODE" --node-ip "$NET.1$NUMBER" \
  --root-dir /var/lib/kubelet --volume-plugin-dir /run/volume-plugins --cert-dir "$FOLDER/pki" \
  --container-runtime remote --container-runtime-endpoint unix:///run/containerd/containerd.sock
wait
