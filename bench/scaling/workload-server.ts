import { createServer } from 'node:http'

/**
 * A program: an API server with workloads of three pods each, a namespace for each, at the socket that its argument names. It answers
 * with texts that it has made before, so that it takes no part in what is measured.
 */

const PODS = 3
const [socketPath = '', count = '0'] = process.argv.slice(2)

const answers = new Map<string, string>()
for (let index = 0; index < Number(count); index += 1) addWorkload(index)
createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const text = answers.get(pathname)
  response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(text ?? '{}')
}).listen(socketPath, () => process.send?.('ready'))
process.once('disconnect', () => process.exit(0))

function addWorkload(index: number): void {
  const namespace = `shop-${index}`
  const workload = {
    ...objectOf('web', `deployment-${index}`),
    spec: { replicas: PODS, selector: { matchLabels: { app: 'web' } }, template: { spec: { containers: [] } } },
    status: {
      replicas: PODS,
      updatedReplicas: PODS,
      readyReplicas: PODS,
      availableReplicas: PODS,
      observedGeneration: 1,
    },
  }
  const set = objectOf('web-5f', `set-${index}`, ['Deployment', 'web', `deployment-${index}`])
  const pods = Array.from({ length: PODS }, (_, pod) => podOf(`web-5f-${pod}`, `pod-${index}-${pod}`, `set-${index}`))
  answers.set(`/apis/apps/v1/namespaces/${namespace}/deployments/web`, JSON.stringify(workload))
  answers.set(`/apis/apps/v1/namespaces/${namespace}/replicasets`, listOf([set]))
  answers.set(`/api/v1/namespaces/${namespace}/pods`, listOf(pods))
}

function objectOf(name: string, uid: string, owner?: readonly [kind: string, name: string, uid: string]): object {
  const [kind, of, ofUid] = owner ?? []
  const ownerReferences = owner === undefined ? [] : [{ kind, name: of, uid: ofUid, controller: true }]
  const creationTimestamp = '2026-01-01T00:00:00Z'
  const labels = { app: 'web', 'pod-template-hash': '5f' }
  return { metadata: { name, uid, resourceVersion: '1', generation: 1, creationTimestamp, labels, ownerReferences } }
}

/** About as large as a pod is in the answers of a cluster: 5 KB. */
function podOf(name: string, uid: string, set: string): object {
  const env = Array.from({ length: 40 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'a value of some length' }))
  const conditions = ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: 'True',
  }))
  const container = { name: 'app', image: 'web:1', ports: [{ containerPort: 8080 }], env }
  const state = {
    name: 'app',
    containerID: `containerd://${uid}`,
    restartCount: 0,
    ready: true,
    state: { running: {} },
  }
  return {
    ...objectOf(name, uid, ['ReplicaSet', 'web-5f', set]),
    spec: { containers: [container] },
    status: { phase: 'Running', podIP: '10.0.0.1', conditions, containerStatuses: [state] },
  }
}

function listOf(items: readonly object[]): string {
  return JSON.stringify({ kind: 'List', metadata: { resourceVersion: '1' }, items })
}
