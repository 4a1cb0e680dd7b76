import { defined } from '../base/defined.ts'
import type { Context, Part, Topology } from './part.ts'
import { preferredContext } from './preferred-context.ts'

/** Who asks whom in a stack. */

/** Parts whose links have a kind of their own. */
const PROMETHEUS = 'prometheus'
const ALERTMANAGER = 'alertmanager'
const PROBER = 'blackbox-exporter'

/**
 * Every link of a stack, each once. What a part calls is taken from what it is started with: each address that its command, its
 * environment and its files ask for. So no list of links can differ from what really happens. Pure.
 */
export function linksOf(topology: Topology): Link[] {
  const { parts, externals } = topology
  const links: Link[] = []
  for (const part of parts) {
    const asked = addressesAskedBy(part, topology)
    if (part.name === PROMETHEUS) {
      if (asked.has(ALERTMANAGER)) links.push({ from: PROMETHEUS, to: ALERTMANAGER, kind: 'alerts' })
      const scraped = parts.filter(({ metrics }) => metrics !== undefined).map(({ name }) => name)
      for (const to of [...scraped, ...externals])
        if (to !== PROMETHEUS) links.push({ from: PROMETHEUS, to, kind: 'scrapes' })
      continue
    }
    for (const address of asked) {
      const [to = '', listener] = address.split('/')
      if (to === part.name) continue
      links.push({
        from: part.name,
        to,
        kind: part.name === ALERTMANAGER ? 'alerts' : 'calls',
        ...defined({ listener }),
      })
    }
    if (part.name === PROBER) links.push(...probesOf(parts))
  }
  const broken = parts.filter(({ takesFaults }) => takesFaults === true)
  for (const from of externals) for (const { name: to } of broken) links.push({ from, to, kind: 'controls' })
  return links
}

/** One part that asks another. */
export interface Link {
  /** Name of a part. */
  from: string
  /** Name of a part, or of what the runtime does not start: control. */
  to: string
  kind: LinkKind
  /** The listener that is asked, where the part has several: at the proxy, the store that it leads to. */
  listener?: string
}

/**
 * `calls`: for its work; `alerts`: hands alerts on; `scrapes`: reads its metrics; `probes`: asks it as a user does; `controls`: starts it,
 * stops it and injects faults into it.
 */
export type LinkKind = 'calls' | 'alerts' | 'scrapes' | 'probes' | 'controls'

/** The addresses that a part asks its context for, apart from where it listens itself. */
function addressesAskedBy(part: Part, topology: Topology): Set<string> {
  const asked = new Set<string>()
  const recording = (name: string): Context => {
    const context = preferredContext(topology, name)
    const record =
      <T>(find: (address: string) => T) =>
      (address: string) => {
        asked.add(address)
        return find(address)
      }
    return { ...context, address: record(context.address), url: record(context.url) }
  }
  part.launch(recording(part.name))
  for (const file of topology.files) if (file.part === part.name) file.render(recording(part.name))
  return asked
}

/** As renderTargets lists them: data stores by TCP, all others that are no monitoring by HTTP. */
function probesOf(parts: readonly Part[]): Link[] {
  return parts
    .filter(({ kind, health }) => kind === 'storage' || (kind !== 'monitoring' && health.kind === 'http'))
    .map(({ name }) => ({ from: PROBER, to: name, kind: 'probes' as const }))
}
