#!/bin/bash
# up.sh FOLDER [--nodes N] [--owner PID]: a cluster of N nodes (1 to 8, default 1), with all it keeps in a folder that is not there yet.
# When it is up the folder has `kubeconfig`, `kubectl` and `ready`. It comes down by itself when the owner ends, else by down.sh FOLDER.
# Exit code 77 where a cluster cannot run, with the reason.
set -euo pipefail
STATE=$(realpath -m "${1:?up.sh FOLDER [--nodes N] [--owner PID]}"); shift
NODES=1 OWNER=
while [ $# -gt 0 ]; do
  case $1 in
    --nodes) NODES=$2 ;;
    --owner) OWNER=$2 ;;
    *) echo "up.sh: unknown option $1; known: --nodes, --owner" >&2; exit 2 ;;
  esac
  shift 2
done
[ ! -e "$STATE/slot" ] || { echo "up.sh: there is a cluster in $STATE already; end it: down.sh $STATE" >&2; exit 2; }
. "$(dirname "$0")/settings.sh"
[ -e "$CACHE/complete" ] || unavailable "Kubernetes is not built yet: run build.sh"
need openssl curl node ip nsenter unshare iptables setsid
[ "$(id -u)" = 0 ] || unavailable "its nodes need root"
[ -d /sys/fs/cgroup/memory ] && [ -d /sys/fs/cgroup/cpu ] ||
  unavailable "kubelet $VERSION needs the controllers of cgroup v1 (memory, cpu …) mounted under /sys/fs/cgroup"
. "$HERE/certificates.sh"
. "$HERE/network.sh"
. "$HERE/nodes.sh"

take_slot
mkdir -p "$RUN" "$LOG" "$STATE/etcd"
echo "$SLOT" >"$STATE/slot"
UP=
# A start that fails leaves nothing behind but the end of its logs.
leave() { [ -n "$UP" ] || { tail -n 5 "$LOG"/*.log >&2 || true; bash "$HERE/down.sh" "$STATE"; }; }
trap leave EXIT
trap 'exit 130' INT TERM
chmod 700 "$STATE/etcd"
[ -z "$OWNER" ] || start owner bash "$HERE/follow.sh" "$STATE" "$OWNER" "$(started_at "$OWNER")"

# within SECONDS WHAT COMMAND…: runs the command until it succeeds
within() {
  local until=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || { echo "up.sh: gave up on $what" >&2; return 1; }
    sleep 0.1
  done
  say "$what"
}
ask() { curl -sf -m 5 --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key" "$API$1"; }
nodes_ready() { [ "$(ask /api/v1/nodes | tr -d ' \n' | grep -o '"type":"Ready","status":"True"' | wc -l)" -ge "$NODES" ]; }
account_is_there() { ask /api/v1/namespaces/default/serviceaccounts/default | grep -q '"secrets"'; }

# Nothing of it outlives this cluster, so nothing waits for a disk.
start etcd etcd --data-dir "$STATE/etcd" --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
  --listen-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" --initial-advertise-peer-urls "http://127.0.0.1:$((ETCD_PORT + 1))" \
  --initial-cluster "default=http://127.0.0.1:$((ETCD_PORT + 1))" --unsafe-no-fsync --logger zap --log-level warn
(certificates)
cp "$PKI/admin.conf" "$STATE/kubeconfig"
mkdir -p "$STATE/bin"
ln -sf "$DEBIAN/usr/bin/kubectl" "$STATE/bin/kubectl"
ln -sf bin/kubectl "$STATE/kubectl"
say "certificates"
network_up
start apiserver kube-apiserver --etcd-servers "http://127.0.0.1:$ETCD_PORT" --bind-address "$NET.1" --secure-port 6443 --insecure-port 0 \
  --advertise-address "$NET.1" --cert-dir "$PKI" --tls-cert-file "$PKI/apiserver.crt" --tls-private-key-file "$PKI/apiserver.key" \
  --client-ca-file "$PKI/ca.crt" --kubelet-client-certificate "$PKI/apiserver-client.crt" --kubelet-client-key "$PKI/apiserver-client.key" \
  --kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
  --service-account-issuer https://kubernetes.default.svc.cluster.local --service-account-key-file "$PKI/sa.pub" \
  --service-account-signing-key-file "$PKI/sa.key" --service-cluster-ip-range "$SERVICE_NET" --authorization-mode Node,RBAC \
  --enable-admission-plugins NodeRestriction --allow-privileged=true --feature-gates EphemeralContainers=true \
  --default-not-ready-toleration-seconds 10 --default-unreachable-toleration-seconds 10 \
  --requestheader-client-ca-file "$PKI/ca.crt" --requestheader-allowed-names kube-apiserver-client \
  --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
  --requestheader-extra-headers-prefix X-Remote-Extra- --proxy-client-cert-file "$PKI/apiserver-client.crt" \
  --proxy-client-key-file "$PKI/apiserver-client.key" --event-ttl 1h --profiling=false
for node in $(seq "$NODES"); do node_up "$node"; done # their containerd and images, while the API server starts
within 120 "the API server is ready" ask /readyz
start scheduler kube-scheduler --kubeconfig "$PKI/scheduler.conf" --authentication-kubeconfig "$PKI/scheduler.conf" \
  --authorization-kubeconfig "$PKI/scheduler.conf" --bind-address 127.0.0.1 --secure-port $((16400 + 2 * SLOT)) --port 0 --leader-elect=false \
  --tls-cert-file "$PKI/scheduler.crt" --tls-private-key-file "$PKI/scheduler.key" --kube-api-qps 200 --kube-api-burst 400 --profiling=false
start dns env KUBECONFIG="$STATE/kubeconfig" node "$HERE/dns.js" "$NET.1"
touch "$RUN/apiserver.ready"
within 180 "$NODES nodes are ready" nodes_ready
# After the nodes: where the controllers see all nodes not ready for some seconds, entries of them block the queue of taints for
# good, and the pods of a node that crashes later are never moved (pkg/controller/nodelifecycle/scheduler, RemoveFromQueue).
start controller-manager kube-controller-manager --kubeconfig "$PKI/controller-manager.conf" \
  --authentication-kubeconfig "$PKI/controller-manager.conf" --authorization-kubeconfig "$PKI/controller-manager.conf" \
  --bind-address 127.0.0.1 --secure-port $((16401 + 2 * SLOT)) --port 0 --leader-elect=false --use-service-account-credentials \
  --root-ca-file "$PKI/ca.crt" --service-account-private-key-file "$PKI/sa.key" --cluster-signing-cert-file "$PKI/ca.crt" \
  --cluster-signing-key-file "$PKI/ca.key" --tls-cert-file "$PKI/controller-manager.crt" --tls-private-key-file "$PKI/controller-manager.key" \
  --flex-volume-plugin-dir "$STATE/flex" --node-monitor-period 1s --node-monitor-grace-period 8s --kube-api-qps 500 --kube-api-burst 1000 \
  --node-eviction-rate 100 --secondary-node-eviction-rate 100 --profiling=false
within 90 "pods can be created" account_is_there
touch "$STATE/ready"
UP=yes
