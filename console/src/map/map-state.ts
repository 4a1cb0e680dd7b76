import type { FaultView, SituationView, StackView, UsageView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import type { Link } from '../../../src/stack/links.ts'
import { formatAge } from '../format/format-age.ts'
import { formatCpu, formatMemory } from '../format/format-usage.ts'
import { replicaTone } from '../format/replica-tone.ts'

/** How a part looks on the map. */
export interface NodeState {
  tone: 'good' | 'wait' | 'bad' | 'none'
  /** What stands below its name. */
  note: string
  /** The same in full, for the pointer and for readers of the screen. */
  title: string
  faults: readonly FaultView[]
  /** Alerts about it that fire. */
  firing: number
}

/** What the map is drawn from. */
export interface MapInput {
  services: StackView['services']
  faults: StackView['faults']
  /** Names of the faults that harm the way to a part, not the part itself. */
  linkFaults: ReadonlySet<string>
  usage: UsageView | undefined
  alerts: SituationView['alerts'] | undefined
  nowMs: number
}

/** How each part looks: its replicas' states, the faults in it, what it uses. Pure. */
export function nodeStates(input: MapInput): Map<string, NodeState> {
  return new Map(input.services.map((service) => [service.name, stateOf(service, input)]))
}

/** The faults that harm a link. Pure. */
export function faultsOn({ from, to, kind }: Link, input: MapInput): readonly FaultView[] {
  if (kind !== 'calls' || input.services.find(({ name }) => name === from)?.kind !== 'network') return []
  return input.faults.filter(({ fault, service }) => service === to && input.linkFaults.has(fault))
}

function stateOf(service: ServiceStatus, input: MapInput): NodeState {
  const { name, summary, replicas } = service
  const faults = input.faults.filter((fault) => fault.service === name && !input.linkFaults.has(fault.fault))
  const firing = input.alerts?.filter(({ state, labels }) => state === 'firing' && labels.service === name).length ?? 0
  const tones = replicas.map(({ state }) => replicaTone[state])
  const tone = tones.includes('bad') ? 'bad' : tones.includes('wait') || replicas.length === 0 ? 'wait' : 'good'
  const used = usedBy(name, input.usage)
  const note =
    faultNote(faults, input.nowMs) ?? troubleNote(service) ?? [countNote(service), used].filter(Boolean).join(' · ')
  const parts = [
    `${name}: ${summary}`,
    replicas.length === 0 ? 'scaled to none' : replicas.map(({ id, state }) => `${id} ${state}`).join(', '),
    ...(used === '' ? [] : [used]),
    ...faults.map((fault) => `${fault.fault} on purpose`),
    ...(firing === 0 ? [] : [firing === 1 ? 'one alert fires' : `${firing} alerts fire`]),
  ]
  return { tone, note, title: parts.join('. '), faults, firing }
}

function faultNote(faults: readonly FaultView[], nowMs: number): string | undefined {
  const [first, ...others] = faults
  if (first === undefined) return undefined
  const more = others.length === 0 ? '' : ` +${others.length}`
  return `${first.fault}${more} · ${formatAge(first.undoneByMs - nowMs)}`
}

function troubleNote({ replicas }: ServiceStatus): string | undefined {
  if (replicas.length === 0) return 'scaled to none'
  const wrong = replicas.filter(({ state }) => state !== 'healthy')
  const [first] = wrong
  if (first === undefined) return undefined
  return replicas.length === 1 ? first.state : `${wrong.length} of ${replicas.length} ${first.state}`
}

function countNote({ replicas }: ServiceStatus): string {
  return replicas.length === 1 ? '' : `${replicas.length} replicas`
}

/** What all replicas of a part use together; empty where it is not known. */
export function usedBy(service: string, usage: UsageView | undefined): string {
  const replicas = usage?.replicas.filter((replica) => replica.service === service) ?? []
  const sum = (values: readonly (number | null)[]) =>
    values.reduce<number | null>((all, value) => (value === null ? all : (all ?? 0) + value), null)
  const cpu = sum(replicas.map(({ cpuCores }) => cpuCores))
  const memory = sum(replicas.map(({ memoryBytes }) => memoryBytes))
  return [cpu === null ? '' : formatCpu(cpu), memory === null ? '' : formatMemory(memory)].filter(Boolean).join(' · ')
}
