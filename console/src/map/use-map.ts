import { useMemo } from 'react'
import type { LoadView, StackView, TopologyView, UsageView } from '../../../src/api/contract.ts'
import type { ServiceStatus } from '../../../src/runtimes/runtime.ts'
import { usePoll } from '../feed/use-poll.ts'
import { useSituation } from '../feed/use-situation.ts'
import type { MapInput } from './map-state.ts'

/** Who asks whom never changes while a stack is up, but another stack may come up at the same address. */
const TOPOLOGY_EVERY_MS = 30_000
const USAGE_EVERY_MS = 2_000

/** What each replica uses now. */
export function useUsage(): UsageView | undefined {
  return usePoll('usage', {}, { everyMs: USAGE_EVERY_MS }).value
}

export function useTopology(): TopologyView | undefined {
  return usePoll('topology', {}, { everyMs: TOPOLOGY_EVERY_MS }).value
}

/** What the map of a stack is drawn from; the links once they are known. */
export function useMap(view: StackView, nowMs: number): MapFeed {
  const topology = useTopology()
  const usage = useUsage()
  const situation = useSituation()
  const catalog = usePoll('faultCatalog', {}, { everyMs: TOPOLOGY_EVERY_MS }).value
  const load = usePoll('load', {}, { everyMs: USAGE_EVERY_MS }).value?.load ?? undefined
  const linkFaults = useMemo(
    () => new Set(catalog?.faults.flatMap(({ name, needs }) => (needs.includes('link') ? [name] : []))),
    [catalog],
  )
  const { services, faults } = view
  return {
    input: { services, faults, linkFaults, usage, alerts: situation?.alerts, nowMs },
    ...(topology === undefined ? {} : { topology }),
    ...(load === undefined || load.ended ? {} : { load }),
    loadTarget: services.find((service) => isTarget(service, load))?.name,
  }
}

export interface MapFeed {
  input: MapInput
  topology?: TopologyView
  /** The load that is under way. */
  load?: LoadView
  /** The service that it sends its requests to, or that the last load has sent them to. */
  loadTarget: string | undefined
}

function isTarget({ replicas }: ServiceStatus, load: LoadView | undefined): boolean {
  return replicas.some(({ address: { host, port } }) => load?.target === `http://${host}:${port}`)
}
