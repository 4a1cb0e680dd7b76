import type { DrillOutline } from '../../../../src/api/contract/drills/drills.ts'

/** What the list shows of a drill's last run. */
export type LastVerdict = NonNullable<DrillOutline['last']>['verdict'] | 'never run'

/** In the order in which they need somebody's attention. */
export const LAST_VERDICTS = [
  'deviated',
  'errored',
  'inconclusive',
  'aborted',
  'held',
  'never run',
] as const satisfies readonly LastVerdict[]

export function lastVerdict({ last }: Pick<DrillOutline, 'last'>): LastVerdict {
  return last?.verdict ?? 'never run'
}

/** What deviated first; among equals what ran last, then by name. */
export function orderDrills(drills: readonly DrillOutline[]): DrillOutline[] {
  const place = (drill: DrillOutline) => LAST_VERDICTS.indexOf(lastVerdict(drill))
  return [...drills].sort(
    (a, b) =>
      place(a) - place(b) ||
      (b.last?.startedAtMs ?? 0) - (a.last?.startedAtMs ?? 0) ||
      (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  )
}

/** Those whose name, title, faults, targets or alerts contain every word of the filter. */
export function filterDrills(drills: readonly DrillOutline[], filter: string, verdict: string | null): DrillOutline[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean)
  return drills.filter((drill) => {
    const text = [drill.name, drill.title, ...drill.faults, ...drill.targets, ...drill.alerts].join(' ').toLowerCase()
    return words.every((word) => text.includes(word)) && (verdict === null || lastVerdict(drill) === verdict)
  })
}
