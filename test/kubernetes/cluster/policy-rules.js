// What a node drops by the NetworkPolicies of its cluster: the whole of its iptables table `security`, for iptables-restore. Pure.

/**
 * `has` is what the cluster has: pods, namespaces and policies, each a list. A node checks what its own pods send and what is sent to them,
 * so a connection between two nodes passes both. Between a pod and its own node nothing is dropped, so the kubelet's probes reach it.
 */
export function rulesOf(node, { keepsConnections, ...has }) {
  const here = has.pods.filter((pod) => isOnNetwork(pod) && pod.spec.nodeName === node)
  const lines = ['sent', 'received'].flatMap((way) =>
    here.flatMap((pod, index) => rulesOfPod({ pod, way, chain: `${way}-${index}` }, has)),
  )
  const chains = lines.filter((line) => line.startsWith(':'))
  return [
    '*security',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ':sent - [0:0]',
    ':received - [0:0]',
    ...chains,
    ...ANSWERS[keepsConnections ? 'keep' : 'cut'].map((rule) => `-A FORWARD ${rule} -j ACCEPT`),
    '-A FORWARD -j sent',
    '-A FORWARD -j received',
    ...lines.filter((line) => !line.startsWith(':')),
    'COMMIT',
    '',
  ].join('\n')
}

/** A table that drops nothing. */
export const NO_RULES = '*security\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n'

/**
 * What passes whatever the policies say: answers. A network that cuts connections when they are denied checks each packet of the side that
 * has opened one; another, as those of Calico and Antrea, only the first.
 */
const ANSWERS = {
  cut: ['-m conntrack --ctstate ESTABLISHED --ctdir REPLY', '-m conntrack --ctstate RELATED'],
  keep: ['-m conntrack --ctstate ESTABLISHED,RELATED'],
}

const WAYS = {
  sent: { type: 'Egress', rules: 'egress', peers: 'to', own: '-s', other: '-d' },
  received: { type: 'Ingress', rules: 'ingress', peers: 'from', own: '-d', other: '-s' },
}

/** What a pod may send, or be sent; no rule where no policy is about that. */
function rulesOfPod({ pod, way, chain }, has) {
  const { type, rules, own, other } = WAYS[way]
  const policies = has.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.metadata.namespace &&
      (spec.policyTypes ?? ['Ingress']).includes(type) &&
      isSelected(pod.metadata.labels, spec.podSelector),
  )
  if (policies.length === 0) return []
  const allowed = policies.flatMap((policy) =>
    (policy.spec[rules] ?? []).flatMap((rule) =>
      matchesOf(rule, { pod, way, namespace: policy.metadata.namespace }, has),
    ),
  )
  return [
    `:${chain} - [0:0]`,
    `-A ${way} ${own} ${pod.status.podIP} -j ${chain}`,
    `-A ${chain} ${other} ${pod.status.podIP} -j RETURN`, // itself, by way of a Service
    // One by one, so that what one policy allows no other can deny.
    ...[...new Set(allowed)].map((match) => `-A ${chain} ${match}-j RETURN`),
    `-A ${chain} -j DROP`,
  ]
}

/** The packets that one rule of a policy allows. */
function matchesOf(rule, { pod, way, namespace }, has) {
  const { peers, other } = WAYS[way]
  const { [peers]: named = [], ports = [] } = rule
  const ends = named.length === 0 ? [{}] : named.flatMap((peer) => endsOf(peer, namespace, has))
  return ends.flatMap((end) => {
    const address = end.address === undefined ? '' : `${other} ${end.address} `
    if (ports.length === 0) return [address]
    return ports.flatMap((port) =>
      portMatches(port, way === 'received' ? pod : end.pod).map((match) => `${address}${match} `),
    )
  })
}

/** The addresses that a peer stands for. */
function endsOf({ ipBlock, podSelector, namespaceSelector }, namespace, { pods, namespaces }) {
  if (ipBlock !== undefined) {
    const { cidr, except = [] } = ipBlock
    return except
      .reduce((blocks, one) => blocks.flatMap((block) => without(block, one)), [cidr])
      .map((address) => ({ address }))
  }
  const within =
    namespaceSelector === undefined
      ? [namespace]
      : namespaces
          .filter(({ metadata }) => isSelected(metadata.labels, namespaceSelector))
          .map(({ metadata }) => metadata.name)
  return pods
    .filter(
      (pod) =>
        isOnNetwork(pod) && within.includes(pod.metadata.namespace) && isSelected(pod.metadata.labels, podSelector),
    )
    .map((pod) => ({ pod, address: pod.status.podIP }))
}

/** A named port is one of the pod that is connected to; where that is not known, nothing is allowed. */
function portMatches({ protocol = 'TCP', port, endPort }, pod) {
  const kind = `-p ${protocol.toLowerCase()}`
  if (port === undefined) return [kind]
  if (typeof port === 'number') return [`${kind} --dport ${endPort === undefined ? port : `${port}:${endPort}`}`]
  const declared = (pod?.spec.containers ?? []).flatMap(({ ports = [] }) => ports)
  return declared
    .filter(({ name, protocol: of = 'TCP' }) => name === port && of === protocol)
    .map(({ containerPort }) => `${kind} --dport ${containerPort}`)
}

/** Whether it has an address of its own, which no other pod has. */
function isOnNetwork({ spec, status }) {
  return spec.hostNetwork !== true && status.podIP !== undefined && !['Succeeded', 'Failed'].includes(status.phase)
}

function isSelected(labels = {}, { matchLabels = {}, matchExpressions = [] } = {}) {
  if (!Object.entries(matchLabels).every(([key, value]) => labels[key] === value)) return false
  return matchExpressions.every(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key in labels
    if (operator === 'DoesNotExist') return !(key in labels)
    return values.includes(labels[key]) === (operator === 'In')
  })
}

/** A block of addresses without those of another: the halves of it, where the other is in it. */
function without(block, other) {
  const [a, b] = [rangeOf(block), rangeOf(other)]
  if (b.first > a.last || b.last < a.first) return [block]
  if (b.first <= a.first && a.last <= b.last) return []
  const half = (a.last - a.first + 1) / 2
  return [a.first, a.first + half].flatMap((first) => without(`${textOf(first)}/${a.bits + 1}`, other))
}

function rangeOf(block) {
  const [address, bits = '32'] = block.split('/')
  const size = 2 ** (32 - Number(bits))
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = number - (number % size)
  return { first, last: first + size - 1, bits: Number(bits) }
}

function textOf(number) {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')
}
