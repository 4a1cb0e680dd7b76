import { defined } from '../base/defined.ts'

/** What the monitoring knows about one objective. A value is absent when it has no sample yet, or is not a number. */
export interface BudgetReadings {
  service: string
  objective: string
  /** Which of the groups of an objective whose queries group (`sum by (host)`): `{ host: 'a' }`. Absent where they do not. */
  group?: Readonly<Record<string, string>>
  /** Of one that is measured where users are: the objective that is measured inside. */
  outsideOf?: string
  /** The share of events that must be good (0–1). */
  targetRatio?: number
  /** On the clock of the rules, in milliseconds. */
  periodMs?: number
  /** The share of events that failed (0–1): over the period, and lately (the window named 5m). */
  periodErrorRatio?: number
  currentErrorRatio?: number
  /** Whether the ratio over the period is recorded and is not a number: a mean with a moment of 0/0 in it. */
  periodUndefined?: boolean
  /** Over the period; only where events are counted. */
  failedEvents?: number
  totalEvents?: number
  /** The burn-rate alerts that fire. */
  firing: readonly ('page' | 'ticket')[]
}

/** The state of an objective's budget. */
export interface BudgetStatus {
  service: string
  objective: string
  /** As in the readings: each group has a budget of its own. */
  group?: Readonly<Record<string, string>>
  /** Of one that is measured where users are: the objective of the service that promises the same, measured inside. */
  outsideOf?: string
  /**
   * `ok`: budget is left. `burning`: it will not last at this burn rate. `exhausted`: the promise is broken. `no figure`: a
   * moment without traffic is in the period, and the mean of all moments has no value until that has passed.
   */
  state: 'not enough data yet' | 'no figure' | 'ok' | 'burning' | 'exhausted'
  targetPercent?: number
  periodMs?: number
  /** The share of good events over the period, in percent. */
  sliPercent?: number
  /** Of the whole budget, in percent; below 0 when more than all is spent. */
  budgetLeftPercent?: number
  /** The same as time in which everything fails. */
  budgetLeftMs?: number
  /** The same as events that may still fail, of as many as there were; only where events are counted. */
  events?: { total: number; failed: number; mayFail: number }
  /** How many times faster than sustainable the budget burns lately; absent without traffic. */
  burnRate?: number
  /** How long the budget lasts at this burn rate; absent while it does not run out. */
  exhaustedInMs?: number
  firing: readonly ('page' | 'ticket')[]
}

/** `host="a", zone="b"`; empty without a group. */
export function groupText(group: Readonly<Record<string, string>> = {}): string {
  return Object.entries(group)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')
}

/** Judges one objective, or one group of it; every number in the answer is finite. */
export function budgetStatus(readings: BudgetReadings): BudgetStatus {
  const { service, objective, group, outsideOf, targetRatio, periodMs, firing } = readings
  const known = {
    service,
    objective,
    ...defined({ group, outsideOf }),
    firing,
    ...(targetRatio === undefined ? {} : { targetPercent: rounded(targetRatio * 100) }),
    ...defined({ periodMs }),
  }
  const errorRatio = readings.periodErrorRatio
  if (targetRatio === undefined || periodMs === undefined || errorRatio === undefined) {
    return { ...known, state: readings.periodUndefined === true ? 'no figure' : 'not enough data yet' }
  }
  const budgetRatio = rounded(1 - targetRatio)
  // An objective of 100 % has no budget: one failure is more than all of it.
  const spent = budgetRatio === 0 ? (errorRatio > 0 ? 1 : 0) : errorRatio / budgetRatio
  const left = rounded(1 - spent)
  const { currentErrorRatio, failedEvents, totalEvents } = readings
  const burnRate = currentErrorRatio === undefined || budgetRatio === 0 ? undefined : currentErrorRatio / budgetRatio
  const runsOut = left > 0 && burnRate !== undefined && burnRate > 1
  return {
    ...known,
    state: left <= 0 ? 'exhausted' : runsOut ? 'burning' : 'ok',
    sliPercent: rounded((1 - errorRatio) * 100),
    budgetLeftPercent: rounded(left * 100),
    budgetLeftMs: Math.round(left * budgetRatio * periodMs),
    ...(failedEvents === undefined || totalEvents === undefined
      ? {}
      : {
          events: {
            total: Math.round(totalEvents),
            failed: Math.round(failedEvents),
            // A tiny bit more, so that 0.1 % of 1,000 is 1.
            mayFail: Math.floor(totalEvents * budgetRatio - failedEvents + 1e-6),
          },
        }),
    ...(burnRate === undefined ? {} : { burnRate: rounded(burnRate) }),
    ...(runsOut ? { exhaustedInMs: Math.round((left * periodMs) / burnRate) } : {}),
  }
}

/** Without the last digits that are only arithmetic's: 0.0009999999999999432 is 0.001. */
function rounded(value: number): number {
  return Number(value.toPrecision(12))
}
