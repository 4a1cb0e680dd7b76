import { linksOf } from '../../../stack/links.ts'
import { type Part, preferredPortOf, type Topology } from '../../../stack/part.ts'
import type { StackSettings } from '../../../stack/settings.ts'
import { CONTROL_PORT } from '../../compose/project/context.ts'
import { type Manifest, selectorOf, stackLabels } from './manifest.ts'

/**
 * Who may connect to whom: each link of the stack, names, and the API server for those with an account; nothing else. So the services
 * reach their stores through the proxy alone. Only clusters whose network enforces such policies hold to them.
 */
export function networkPoliciesOf(topology: Topology, { accounts, outside }: Reach): Manifest[] {
  const links = placedLinks(topology)
  const names = [...topology.parts.map(({ name }) => name), ...topology.externals, SETUP]
  return [
    policy('default-deny', stackLabels, { ingress: [], egress: [] }),
    policy('names', stackLabels, { egress: [{ ports: [port(53, 'UDP'), port(53)] }] }),
    ...names.flatMap((name) => {
      const { ingress, egress: calls } = rulesAt(name, links)
      const egress = [
        ...calls,
        // Its address is not that of a pod, and differs from cluster to cluster.
        ...(accounts.includes(name) ? [{ ports: API_SERVER_PORTS.map((number) => port(number)) }] : []),
        // The addresses are not known here.
        ...(outside.includes(name) ? [{}] : []),
      ]
      const entries = topology.parts.filter(({ name: part, entry }) => part === name && entry === true)
      // The API server is no pod, and calls from an address that is not known here.
      ingress.push(...entries.map(({ preferredPort }) => ({ ports: [port(preferredPort)] })))
      const rules = { ...(ingress.length > 0 && { ingress }), ...(egress.length > 0 && { egress }) }
      return Object.keys(rules).length === 0 ? [] : [policy(name, selectorOf(name), rules)]
    }),
  ]
}

export interface Reach {
  /** Who asks the API server. */
  accounts: readonly string[]
  /** Who connects to addresses outside of the cluster. */
  outside: readonly string[]
}

/** The parts that connect to addresses outside of the cluster: Slack, a mail server, a store of samples. */
export function outsideOf({ slack, email, remoteWrite }: StackSettings): string[] {
  return [
    ...(slack === undefined && email === undefined ? [] : ['alertmanager', 'responder']),
    ...(remoteWrite === undefined ? [] : ['prometheus']),
  ]
}

/** Pods that run before the stack. */
const SETUP = 'setup'
const API_SERVER_PORTS = [443, 6443]

interface Rule {
  from?: object[]
  to?: object[]
  ports?: object[]
}

function policy(
  name: string,
  matchLabels: Readonly<Record<string, string>>,
  { ingress, egress }: { ingress?: readonly Rule[]; egress?: readonly Rule[] },
): Manifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels: stackLabels },
    spec: {
      podSelector: { matchLabels },
      policyTypes: [...(ingress === undefined ? [] : ['Ingress']), ...(egress === undefined ? [] : ['Egress'])],
      ...(ingress !== undefined && ingress.length > 0 && { ingress }),
      ...(egress !== undefined && egress.length > 0 && { egress }),
    },
  }
}

/** The links that end and that begin at a part, a rule for each of its ports and for each of those that it calls. */
function rulesAt(name: string, links: readonly PlacedLink[]): { ingress: Rule[]; egress: Rule[] } {
  const here = links.filter(({ to }) => to === name)
  const ports = [...new Set(here.map((link) => link.port))]
  const pod = (part: string) => ({ podSelector: { matchLabels: selectorOf(part) } })
  const calls = new Map(
    links.filter(({ from }) => from === name).map((link) => [`${link.to}:${link.port}`, link] as const),
  )
  return {
    ingress: ports.map((number) => ({
      from: [...new Set(here.filter((link) => link.port === number).map(({ from }) => from))].map(pod),
      ports: [port(number)],
    })),
    egress: [...calls.values()].map((link) => ({ to: [pod(link.to)], ports: [port(link.port)] })),
  }
}

interface PlacedLink {
  from: string
  to: string
  port: number
}

function placedLinks(topology: Topology): PlacedLink[] {
  return linksOf(topology).map(({ from, to, listener }) => ({ from, to, port: portAt(to, listener, topology) }))
}

function portAt(to: string, listener: string | undefined, { parts }: Topology): number {
  if (!parts.some(({ name }: Part) => name === to)) return CONTROL_PORT
  const number = preferredPortOf(parts, listener === undefined ? to : `${to}/${listener}`)
  if (number === undefined) throw new Error(`${to} has no port${listener === undefined ? '' : ` ${listener}`}`)
  return number
}

function port(number: number, protocol = 'TCP') {
  return { port: number, protocol }
}
