/** The metadata of a pod of ours, to which a service mesh must add no container: that would not end with it, and would carry what it sends. */
export function withoutMesh(labels: Readonly<Record<string, string>>) {
  return {
    labels: { ...labels, 'sidecar.istio.io/inject': 'false' },
    annotations: { 'linkerd.io/inject': 'disabled' },
  }
}
