import { TestApiServer, type TestObject } from '../../kubernetes/test-api-server.ts'
import { ARMED_ANNOTATION } from './undo/undo-record.ts'

/** A Deployment in a test server, with a controller of its own: a pod that is deleted is replaced, and another number is followed. */
export class TestWorkload {
  readonly server: TestApiServer
  readonly path = '/apis/apps/v1/namespaces/shop/deployments/web'
  readonly #set: TestObject
  #made = 0
  /** Whether the controller acts. */
  isControlled = true

  private constructor(server: TestApiServer, replicas: number) {
    this.server = server
    const labels = { app: 'web' }
    const workload = server.put(this.path, {
      metadata: { labels },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [] } },
      },
      status: {},
    })
    this.#set = server.put('/apis/apps/v1/namespaces/shop/replicasets/web-5f', {
      metadata: { labels, ownerReferences: [ownerOf(workload, 'Deployment')] },
    })
    // Selected as well, and owned by nobody.
    server.put('/api/v1/namespaces/shop/pods/stray', { metadata: { labels }, status: { phase: 'Running' } })
    // The Job that watches over a change has been started, and watches.
    server.intercept = (method, path) => {
      if (method === 'POST' && path.endsWith('/jobs')) {
        for (const [lease, { metadata }] of server.objects)
          if (lease.includes('/leases/'))
            metadata.annotations = { ...metadata.annotations, [ARMED_ANNOTATION]: 'pod-1' }
      }
      return undefined
    }
    this.control()
  }

  static async start(replicas: number): Promise<TestWorkload> {
    return new TestWorkload(await TestApiServer.start(), replicas)
  }

  get object(): TestObject {
    const object = this.server.objects.get(this.path)
    if (object === undefined) throw new Error('the workload is there')
    return object
  }

  pods(): TestObject[] {
    return [...this.server.objects]
      .filter(([path]) => path.startsWith('/api/v1/namespaces/shop/pods/web-'))
      .map(([, pod]) => pod)
  }

  pod(name: string): TestObject {
    const pod = this.pods().find(({ metadata }) => metadata.name === name)
    if (pod === undefined) throw new Error(`there is no pod ${name}`)
    return pod
  }

  /** The pod is gone, without grace. */
  lose(name: string): void {
    this.server.objects.delete(`/api/v1/namespaces/shop/pods/${name}`)
    this.control()
  }

  /** The container of the pod has ended, and was started again. */
  crash(name: string): void {
    const { status } = this.pod(name)
    const [container] = status.containerStatuses as { restartCount: number; containerID: string }[]
    if (container === undefined) throw new Error('a pod has a container')
    container.restartCount += 1
    container.containerID = `containerd://${name}-${container.restartCount}`
  }

  setReady(name: string, isReady: boolean): void {
    this.pod(name).status.conditions = [{ type: 'Ready', status: isReady ? 'True' : 'False' }]
  }

  /** What the controllers of a cluster do: as many pods as are desired, and the numbers of the workload's status. */
  control(): void {
    if (!this.isControlled) return
    const { spec, status, metadata } = this.object
    const desired = spec.replicas ?? 1
    while (this.pods().length < desired) this.#create()
    for (const { metadata: pod } of this.pods().slice(desired))
      this.server.objects.delete(`/api/v1/namespaces/shop/pods/${pod.name}`)
    const count = this.pods().length
    Object.assign(status, {
      observedGeneration: metadata.generation,
      replicas: count,
      updatedReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
    })
  }

  #create(): void {
    this.#made += 1
    const name = `web-${this.#made}`
    this.server.put(`/api/v1/namespaces/shop/pods/${name}`, {
      metadata: { labels: { app: 'web' }, ownerReferences: [ownerOf(this.#set, 'ReplicaSet')] },
      spec: { containers: [{ name: 'app', image: 'web:1', ports: [{ containerPort: 8080 }] }] },
      status: {
        phase: 'Running',
        podIP: `10.0.0.${this.#made}`,
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [
          { name: 'app', containerID: `containerd://${name}-0`, restartCount: 0, ready: true, state: { running: {} } },
        ],
      },
    })
  }
}

function ownerOf({ metadata }: TestObject, kind: string): object {
  return { kind, name: metadata.name, uid: metadata.uid, controller: true }
}
