import type { FaultCatalogView, FaultView } from '../../api/contract.ts'
import { nameValues } from '../../base/text/name-values.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { describeParam } from '../../faults/params.ts'
import { fitTable } from './fit-table.ts'

/** What faults do and which parameters they take, as lines. */
export function describeFaults(faults: FaultCatalogView['faults']): string[] {
  return faults.flatMap(({ name, summary, needs, params }) => {
    const aimedAt = needs.flatMap((need) => AIMED_AT[need] ?? [])
    const rows = Object.entries(params.properties).map(([param, schema]) => {
      const { default: fallback, description } = schema as { default?: unknown; description?: string }
      return [`    ${param}`, String(fallback), `${describeParam(schema)}. ${description ?? ''}`]
    })
    return [name, `  ${summary}.`, ...aimedAt, ...fitTable(rows), '']
  })
}

/** What a fault can be aimed at, by what it needs; the others at every part. */
const AIMED_AT: Readonly<Record<string, string>> = {
  inside: '  Runs inside a service: quotes, store, worker.',
  link: '  Harms the link to a store that the fault proxy stands before: postgres, redis.',
  workload: '  Acts on a workload of Kubernetes, of a system that is not ours.',
}

/** Faults that are in force, as lines. */
export function faultTable(active: readonly FaultView[], nowMs: number): string[] {
  const rows = active.map(({ id, fault, replica, params, undoneByMs, landing }) => [
    id.slice(0, 8),
    fault,
    replica,
    formatDuration(Math.max(0, undoneByMs - nowMs)),
    landing.landed ? 'yes' : 'NO',
    nameValues(params),
  ])
  return fitTable([['ID', 'FAULT', 'TARGET', 'LEFT', 'LANDED', 'PARAMETERS'], ...rows])
}
