import type { Journal } from './journal.ts'

/**
 * What later versions of Firedrill have changed in journals, undone in one place: names first (`withPresentNames`), before a journal
 * is validated, then what is missing (`withMissing`). The gate, which checks the system before a run, was once called its baseline.
 */
export function withPresentNames(value: unknown): unknown {
  if (!isObject(value)) return value
  const { baseline, timings, ...rest } = value
  return {
    ...rest,
    ...(baseline === undefined || 'gate' in rest ? {} : { gate: baseline }),
    ...(timings === undefined ? {} : { timings: Array.isArray(timings) ? timings.map(withPresentPhase) : timings }),
  }
}

function withPresentPhase(timing: unknown): unknown {
  return isObject(timing) && timing.name === 'baseline' ? { ...timing, name: 'gate' } : timing
}

/** What journals lack that were written before these existed: nothing was known of it. */
export const ADDED_LATER = {
  budgets: [],
  series: null,
  machineAlerts: [],
  exceptedAlerts: [],
  inhibitedAlerts: [],
  carriedAlerts: [],
  steps: [],
  timing: null,
  parameters: {},
  calmFindings: [],
  machine: null,
} satisfies Partial<Journal>

/** What journals from before `tried` say of an expectation that was not. */
const NOT_TRIED: readonly string[] = ['the run did not come that far', 'its events could not be counted']

export function withMissing(journal: Journal): Journal {
  const { drill, gate, expectations, load } = journal
  return {
    ...ADDED_LATER,
    ...journal,
    drill: { ...drill, why: drill.why ?? '' },
    gate: { ...gate, tolerated: gate.tolerated ?? [] },
    expectations: expectations.map((expectation) => ({
      ...expectation,
      samples: expectation.samples ?? [],
      tried: expectation.tried ?? (expectation.met || !NOT_TRIED.includes(expectation.observed)),
    })),
    load: load === null ? null : { ...load, ratePerSecondPlanned: load.ratePerSecondPlanned ?? null },
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
