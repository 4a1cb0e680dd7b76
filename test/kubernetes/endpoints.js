// GET /?label=SELECTOR answers with what Prometheus itself would find as endpoints, in the form of its discovery over HTTP: for a
// Prometheus that was built without the discovery of Kubernetes, as Debian's is.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'
const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env
const namespace = readFileSync(`${ACCOUNT}/namespace`, 'utf8')

async function list(kind, label) {
  const url = `https://${host}:${port}/api/v1/namespaces/${namespace}/${kind}?labelSelector=${encodeURIComponent(label)}`
  const authorization = `Bearer ${readFileSync(`${ACCOUNT}/token`, 'utf8')}`
  const answer = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(5_000) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  return (await answer.json()).items
}

function prefixed(prefix, values = {}) {
  return Object.entries(values).map(([name, value]) => [`${prefix}_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`, value])
}

async function targets(label) {
  const [pods, endpoints] = await Promise.all([list('pods', label), list('endpoints', label)])
  const podNamed = new Map(pods.map((pod) => [pod.metadata.name, pod.metadata]))
  return endpoints.flatMap(({ subsets = [] }) =>
    subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) =>
      [...addresses, ...notReadyAddresses].flatMap(({ ip, targetRef }) =>
        ports.map(({ name, port: number }) => {
          const pod = podNamed.get(targetRef?.name)
          const labels = Object.fromEntries([
            ['__meta_kubernetes_endpoint_port_name', name],
            ['__meta_kubernetes_pod_name', pod?.name],
            ...prefixed('__meta_kubernetes_pod_label', pod?.labels),
            ...prefixed('__meta_kubernetes_pod_annotation', pod?.annotations),
          ])
          return { targets: [`${ip}:${number}`], labels }
        }),
      ),
    ),
  )
}

createServer((request, response) => {
  const label = new URL(request.url, 'http://localhost').searchParams.get('label') ?? ''
  targets(label).then(
    (found) => response.setHeader('content-type', 'application/json').end(JSON.stringify(found)),
    (error) => response.writeHead(500).end(String(error)),
  )
}).listen(8080)
