import type { LinkHarm } from '../../../faults/link.ts'
import type { Service, ServicePort } from '../../../kubernetes/objects.ts'
import { withoutMesh } from '../../../kubernetes/without-mesh.ts'
import { formatAddress } from '../../../proxy/address.ts'
import { PLAN_VARIABLE, type PodProxyPlan } from '../../../proxy/pod/pod-proxy-plan.ts'
import type { OwnerReference } from '../undo/change-object.ts'
import { PROXY_LABEL } from '../undo/undo-record.ts'

/** What is put into a namespace for a fault on a Service. Pure. */

/** What these objects are made of. */
export interface ProxyWish {
  /** Of the injection. */
  id: string
  service: Service
  harm: LinkHarm
  seed: number
  owner: OwnerReference
}

/** The name of the pod, and of the Service behind it. */
export function proxyName(id: string): string {
  return `firedrill-proxy-${id}`
}

/** What the Service selects while it is harmed. */
export function proxySelector(id: string): Record<string, string> {
  return { [PROXY_LABEL]: id }
}

/** A Service with the selector of before, by whose address the proxy reaches the pods as its users have reached them. */
export function behindService({ id, service: { metadata, spec }, owner }: Omit<ProxyWish, 'harm' | 'seed'>) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: madeFor({ id, owner }, metadata.namespace),
    spec: {
      selector: spec.selector,
      ports: (spec.ports ?? []).map(({ name, port, targetPort }) => ({
        protocol: 'TCP',
        port,
        ...(name === undefined ? {} : { name }),
        ...(targetPort === undefined ? {} : { targetPort }),
      })),
    },
  }
}

/** The pod that the Service sends to: the fault proxy, by whose ports the pods are reached at `address`. */
export function proxyPod(
  { id, service: { metadata, spec }, harm: { toxic }, seed, owner }: ProxyWish,
  { address, program, image }: { address: string; program: string; image: string },
) {
  const ports = portsOf(spec.ports ?? [])
  const plan: PodProxyPlan = {
    ports: ports.map(({ listen, port }) => ({ listen, upstream: formatAddress({ host: address, port }) })),
    ...(toxic === undefined ? {} : { toxic }),
    seed,
    readyPort: READY_PORT,
  }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...madeFor({ id, owner }, metadata.namespace),
      ...withoutMesh({ ...MADE_BY, ...proxySelector(id) }),
    },
    spec: {
      restartPolicy: 'Always',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: DRAINS_WITHIN_S,
      containers: [
        {
          name: PROXY_CONTAINER,
          image,
          command: ['node', '--input-type=module', '-e', unexpanded(program)],
          env: [{ name: PLAN_VARIABLE, value: unexpanded(JSON.stringify(plan)) }],
          ports: ports.map(({ name, listen }) => ({
            containerPort: listen,
            ...(name === undefined ? {} : { name }),
          })),
          readinessProbe: { httpGet: { path: '/', port: READY_PORT }, periodSeconds: 1, timeoutSeconds: 2 },
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '2', memory: '512Mi' } },
          securityContext: securityOf(ports.some(({ listen }) => listen < FIRST_FREE_PORT)),
        },
      ],
    },
  }
}

export const PROXY_CONTAINER = 'proxy'

const MADE_BY = { 'app.kubernetes.io/managed-by': 'firedrill' }
/** How long connections that pass the proxy may take to end, once the Service sends to the pods again. */
const DRAINS_WITHIN_S = 30
const READY_PORT = 17_999
/** Ports of the pods that have a name have any number here. */
const FIRST_NAMED_PORT = 17_000
const FIRST_FREE_PORT = 1_024
const NOBODY = 65_534

function madeFor({ id, owner }: Pick<ProxyWish, 'id' | 'owner'>, namespace: string | undefined) {
  return {
    name: proxyName(id),
    ...(namespace === undefined ? {} : { namespace }),
    labels: MADE_BY,
    ownerReferences: [owner],
  }
}

/** Each port of the pods once, with one of the ports of the Service that lead to it. */
function portsOf(ports: readonly ServicePort[]): { name?: string; listen: number; port: number }[] {
  const targets = new Map(ports.map(({ port, targetPort = port }) => [targetPort, port]))
  const numbers = [...targets.keys()].filter((target) => typeof target === 'number')
  let next = FIRST_NAMED_PORT
  const free = () => {
    while (numbers.includes(next)) next += 1
    return next++
  }
  return [...targets].map(([target, port]) =>
    typeof target === 'number' ? { listen: target, port } : { name: target, listen: free(), port },
  )
}

/** What the profile `restricted` of Pod Security asks of a container. For a port below 1024 root alone may listen, with that right only. */
function securityOf(isPrivileged: boolean) {
  const locked = {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    seccompProfile: { type: 'RuntimeDefault' },
  }
  return isPrivileged
    ? { ...locked, runAsUser: 0, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }
    : { ...locked, runAsNonRoot: true, runAsUser: NOBODY, runAsGroup: NOBODY, capabilities: { drop: ['ALL'] } }
}

/** The kubelet takes `$(NAME)` for a variable, and `$$` for a dollar sign. */
function unexpanded(text: string): string {
  return text.replaceAll('$', () => '$$')
}
