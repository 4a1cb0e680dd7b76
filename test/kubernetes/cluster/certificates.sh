# Certificates of the cluster's own authority, the key of service accounts, and a kubeconfig for each client.
authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$PKI/ca.key" -subj /CN=firedrill-test \
    -days 3650 -out "$PKI/ca.crt" 2>/dev/null
}
# certificate NAME SUBJECT [OTHER_NAMES]
certificate() {
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$PKI/$1.key" -subj "$2" 2>/dev/null |
    openssl x509 -req -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -set_serial "0x$(openssl rand -hex 8)" -days 365 \
      -out "$PKI/$1.crt" -extfile <(
        echo "keyUsage=critical,digitalSignature,keyEncipherment"
        echo "extendedKeyUsage=clientAuth,serverAuth"
        [ -z "${3:-}" ] || echo "subjectAltName=$3"
      ) 2>/dev/null
}
# kubeconfig NAME FILE
kubeconfig() {
  cat >"$2" <<Y
apiVersion: v1
kind: Config
clusters: [{ name: firedrill-test, cluster: { server: "$API", certificate-authority-data: $(base64 -w0 "$PKI/ca.crt") } }]
users: [{ name: $1, user: { client-certificate-data: $(base64 -w0 "$PKI/$1.crt"), client-key-data: $(base64 -w0 "$PKI/$1.key") } }]
contexts: [{ name: firedrill-test, context: { cluster: firedrill-test, user: $1 } }]
current-context: firedrill-test
Y
  chmod 600 "$2"
}
client() { certificate "$1" "$2" "${3:-}"; kubeconfig "$1" "$PKI/$1.conf"; }
certificates() {
  mkdir -p "$PKI"
  umask 077
  authority
  openssl ecparam -genkey -name prime256v1 -noout -out "$PKI/sa.key" 2>/dev/null
  openssl ec -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  local domain=kubernetes.default.svc.cluster.local node
  certificate apiserver /CN=kube-apiserver \
    "IP:127.0.0.1,IP:$NET.1,IP:$SERVICE_IP,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:$domain" &
  certificate apiserver-client /O=system:masters/CN=kube-apiserver-client &
  client admin /O=system:masters/CN=admin &
  client controller-manager /CN=system:kube-controller-manager &
  client scheduler /CN=system:kube-scheduler &
  client proxy /CN=system:kube-proxy &
  for node in $(seq "$NODES"); do client "node$node" "/O=system:nodes/CN=system:node:node$node" "DNS:node$node,IP:$NET.1$node" & done
  wait
}
