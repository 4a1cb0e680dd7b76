import { type BudgetReadings, type BudgetStatus, budgetStatus } from '../slo/budget.ts'
import { OUTSIDE_OF, series, sliSeries } from '../slo/series.ts'
import { currentWindowMs, day, knownPeriodsMs } from '../slo/windows.ts'
import type { ProbeOptions } from './json.ts'
import type { Labels, Prometheus } from './prometheus.ts'

type Readings = { -readonly [Key in keyof BudgetReadings]: BudgetReadings[Key] }

/** Where the value of a series goes. */
const READERS: Readonly<Record<string, (readings: Readings, value: number) => void>> = {
  [series.objective]: (readings, value) => {
    readings.targetRatio = value
  },
  [series.periodDays]: (readings, value) => {
    readings.periodMs = Math.round(value * day)
  },
  [sliSeries(currentWindowMs)]: (readings, value) => {
    readings.currentErrorRatio = value
  },
  [series.periodErrorEvents]: (readings, value) => {
    readings.failedEvents = value
  },
  [series.periodTotalEvents]: (readings, value) => {
    readings.totalEvents = value
  },
  ...Object.fromEntries(
    knownPeriodsMs.map((ms) => [
      sliSeries(ms),
      (readings: Readings, value: number) => {
        readings.periodErrorRatio = value
      },
    ]),
  ),
}

/**
 * How every objective stands for which Prometheus has rules, in the order of service and name: also those of which nothing is
 * recorded yet. @throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER
 */
export async function readBudgets(prometheus: Prometheus, options: ProbeOptions): Promise<BudgetStatus[]> {
  const names = [...Object.keys(READERS), 'ALERTS'].join('|')
  const [rules, samples] = await Promise.all([
    prometheus.recordingRules(options),
    prometheus.query(`{__name__=~"${names}", sloth_id!=""}`, options),
  ])
  const all = new Map<string, Readings>()
  for (const { record, labels } of rules) {
    if (record === series.objective) all.set(labels.sloth_id ?? '', readingsOf(labels))
  }
  for (const { labels, value } of samples) {
    const readings = all.get(labels.sloth_id ?? '')
    if (readings === undefined) continue
    if (labels.__name__ === 'ALERTS') addAlert(readings, labels)
    // The rate of nothing is NaN: there is no such reading.
    else if (Number.isFinite(value)) READERS[labels.__name__ ?? '']?.(readings, value)
  }
  return [...all.values()]
    .sort((a, b) => a.service.localeCompare(b.service) || a.objective.localeCompare(b.objective))
    .map(budgetStatus)
}

function readingsOf(labels: Labels): Readings {
  const outsideOf = labels[OUTSIDE_OF]
  return {
    service: labels.sloth_service ?? '',
    objective: labels.sloth_slo ?? '',
    ...(outsideOf === undefined ? {} : { outsideOf }),
    firing: [],
  }
}

function addAlert(readings: Readings, { alertstate, sloth_severity: severity }: Labels): void {
  if (alertstate !== 'firing' || (severity !== 'page' && severity !== 'ticket')) return
  readings.firing = severity === 'page' ? [severity, ...readings.firing] : [...readings.firing, severity]
}
