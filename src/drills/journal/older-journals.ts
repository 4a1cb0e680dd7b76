import { isObject } from '../../base/is-object.ts'
import type { Journal } from './journal.ts'

/**
 * What later versions of Firedrill have changed in journals, undone in one place: names first (`withPresentNames`), before a journal
 * is validated, then what is missing (`withMissing`). The gate, which checks the system before a run, was once called its baseline;
 * an action that notifies had the field `telling`.
 */
export function withPresentNames(value: unknown): unknown {
  if (!isObject(value)) return value
  const { baseline, timings, incidents, ...rest } = value
  return {
    ...rest,
    ...(baseline === undefined || 'gate' in rest ? {} : { gate: baseline }),
    ...(timings === undefined ? {} : { timings: eachOf(timings, withPresentPhase) }),
    ...(incidents === undefined ? {} : { incidents: eachOf(incidents, withPresentActions) }),
  }
}

function withPresentPhase(timing: unknown): unknown {
  return isObject(timing) && timing.name === 'baseline' ? { ...timing, name: 'gate' } : timing
}

function withPresentActions(incident: unknown): unknown {
  return isObject(incident) ? { ...incident, actions: eachOf(incident.actions, withPresentAction) } : incident
}

function withPresentAction(action: unknown): unknown {
  if (!isObject(action) || action.telling === undefined) return action
  const { telling, ...rest } = action
  return { ...rest, notifies: telling }
}

function eachOf(list: unknown, change: (entry: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(change) : list
}

/** What journals lack that were written before these existed: nothing was known of it. */
export const ADDED_LATER = {
  budgets: [],
  series: null,
  machineAlerts: [],
  exceptedAlerts: [],
  inhibitedAlerts: [],
  carriedAlerts: [],
  ignoredAlerts: [],
  unjudgedAlerts: [],
  steps: [],
  timing: null,
  parameters: {},
  calmFindings: [],
  safety: null,
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
