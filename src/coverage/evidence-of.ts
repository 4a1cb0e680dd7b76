import type { Journal } from '../drills/journal/journal.ts'

/** A journal without what fills it and says nothing of its alerts: as much of many as a matrix needs. */
export function evidenceOf(journal: Journal): Journal {
  const { series } = journal
  return {
    ...journal,
    load: null,
    felt: null,
    machine: null,
    events: [],
    timings: [],
    incidents: [],
    budgets: [],
    expectations: journal.expectations.map((one) => ({ ...one, samples: [] })),
    series: series === null ? null : { ...series, load: { requests: [], failures: [], p95Ms: [] }, up: [] },
  }
}
