import { defined } from '../base/defined.ts'
import { type BudgetReadings, type BudgetStatus, budgetStatus, groupText } from '../slo/budget.ts'
import { OUTSIDE_OF, series, sliSeries } from '../slo/series.ts'
import { currentWindowMs, day, knownPeriodsMs } from '../slo/windows.ts'
import type { ProbeOptions } from './json.ts'
import type { Labels, Prometheus, Sample } from './prometheus.ts'

/** Reads from Prometheus how the objectives of a system stand. */

type Readings = { -readonly [Key in keyof BudgetReadings]: BudgetReadings[Key] }
type Reader = (readings: Readings, value: number) => void

/** Where the value of a series of the whole objective goes. */
const OF_OBJECTIVE: Readonly<Record<string, Reader>> = {
  [series.objective]: (readings, value) => {
    readings.targetRatio = value
  },
  [series.periodDays]: (readings, value) => {
    readings.periodMs = Math.round(value * day)
  },
}

/** Where the value of a series goes of which each group has one. */
const OF_GROUP: Readonly<Record<string, Reader>> = {
  [sliSeries(currentWindowMs)]: (readings, value) => {
    readings.currentErrorRatio = value
  },
  [series.periodErrorEvents]: (readings, value) => {
    readings.failedEvents = value
  },
  [series.periodTotalEvents]: (readings, value) => {
    readings.totalEvents = value
  },
}
const PERIOD_RATIOS: readonly string[] = knownPeriodsMs.map(sliSeries)

/** What an objective's series have besides what their groups have. */
interface Known {
  /** Labels that its rules set. */
  own: Labels
  samples: (Sample & { labels: Labels })[]
  alerts: Labels[]
}

/**
 * How every objective stands for which Prometheus has rules, in the order of service and name: also those of which nothing is
 * recorded yet. An objective whose queries group (`sum by (host)`) has an entry a group.
 * @throws FD_PROBE_UNREACHABLE or FD_PROBE_ANSWER
 */
export async function readBudgets(prometheus: Prometheus, options: ProbeOptions): Promise<BudgetStatus[]> {
  const names = [...Object.keys(OF_OBJECTIVE), ...Object.keys(OF_GROUP), ...PERIOD_RATIOS, 'ALERTS'].join('|')
  const [rules, samples] = await Promise.all([
    prometheus.recordingRules(options),
    prometheus.query(`{__name__=~"${names}", sloth_id!=""}`, options),
  ])
  const all = new Map<string, Known>()
  for (const { record, labels } of rules) {
    if (record === series.objective) all.set(labels.sloth_id ?? '', { own: labels, samples: [], alerts: [] })
  }
  for (const sample of samples) {
    const known = all.get(sample.labels.sloth_id ?? '')
    if (sample.labels.__name__ === 'ALERTS') known?.alerts.push(sample.labels)
    else known?.samples.push(sample)
  }
  return [...all.values()]
    .flatMap(readingsOf)
    .sort(
      (a, b) =>
        a.service.localeCompare(b.service) ||
        a.objective.localeCompare(b.objective) ||
        groupText(a.group).localeCompare(groupText(b.group)),
    )
    .map(budgetStatus)
}

function readingsOf({ own, samples, alerts }: Known): Readings[] {
  const outsideOf = own[OUTSIDE_OF]
  const whole: Readings = {
    service: own.sloth_service ?? '',
    objective: own.sloth_slo ?? '',
    ...defined({ outsideOf }),
    firing: [],
  }
  const groups = new Map<string, Readings>()
  for (const { labels, value } of samples) {
    const name = labels.__name__ ?? ''
    // The rate of nothing is NaN: there is no such reading.
    const ofObjective = OF_OBJECTIVE[name]
    if (ofObjective !== undefined) {
      if (Number.isFinite(value)) ofObjective(whole, value)
      continue
    }
    const group = groupOf(labels, own)
    const readings = groups.get(groupText(group)) ?? newGroup(whole, group)
    groups.set(groupText(group), readings)
    if (PERIOD_RATIOS.includes(name)) {
      if (Number.isFinite(value)) readings.periodErrorRatio = value
      else readings.periodUndefined = true
    } else if (Number.isFinite(value)) OF_GROUP[name]?.(readings, value)
  }
  if (groups.size === 0) groups.set('', newGroup(whole, {}))
  const every = [...groups.values()]
  for (const alert of alerts) {
    const named = every.filter(({ group = {} }) =>
      Object.entries(group).every(([name, value]) => alert[name] === value),
    )
    // An alert whose own labels have taken the place of the group's is of one of them.
    for (const readings of named.length > 0 ? named : every) addAlert(readings, alert)
  }
  return every.map((readings) => ({ ...whole, ...readings }))
}

function newGroup({ service, objective }: Readings, group: Labels): Readings {
  return { service, objective, firing: [], ...(Object.keys(group).length === 0 ? {} : { group }) }
}

/** The labels of a sample that neither the objective nor its window has, in the order of their names. */
function groupOf(labels: Labels, own: Labels): Labels {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([name]) => !Object.hasOwn(own, name) && name !== '__name__' && name !== 'sloth_window')
      .sort(([a], [b]) => a.localeCompare(b)),
  )
}

function addAlert(readings: Readings, { alertstate, sloth_severity: severity }: Labels): void {
  if (alertstate !== 'firing' || (severity !== 'page' && severity !== 'ticket')) return
  if (readings.firing.includes(severity)) return
  readings.firing = severity === 'page' ? [severity, ...readings.firing] : [...readings.firing, severity]
}
