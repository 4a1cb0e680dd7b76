import { median } from '../base/median.ts'
import { pagesNobody } from '../drills/evidence/alert-labels.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { drillName, journalName } from '../drills/journal/journal-name.ts'
import type { Labels } from '../probes/prometheus.ts'
import { type Cause, causeOf, causesOf, firingsOf } from './firings.ts'

/** The matrix fault × alert, with the gaps on its margins. Durations are milliseconds, ratios 0–1. */
export interface Coverage {
  kind: 'firedrill coverage'
  schemaVersion: 1
  profile: string | null
  /** Runs that count: those that held or deviated. */
  runs: number
  /** Those that count, oldest first. */
  ran: CountedRun[]
  /** Runs that prove nothing, by why. */
  leftOut: { verdict: string; count: number }[]
  /** Every alert that there is a rule for, besides those that always fire; sorted. */
  alerts: string[]
  rows: Row[]
  /** Faults for which no alertcell.paged || paged although one was expected. */
  unseenFaults: { fault: string; service: string; runs: number }[]
  /** Alerts with a rule that fired in no run. */
  unfiredAlerts: string[]
  /** Alerts that fired and that no drill asked for. */
  unaskedAlerts: { alert: string; count: number; drills: string[] }[]
  /** Alerts that fire always: a drill can't make them fire. Counted nowhere. */
  alwaysFiring: string[]
  /** Alerts that only inhibit others (`severity: none`): they are in no journal. Counted nowhere. */
  pagingNobody: string[]
  /** Alerts that fired in a run though there is no such rule any more. */
  goneAlerts: string[]
  /** Share of the alerts that fired, and of the faults that were seen; null when there are none. */
  alertRatio: number | null
  faultRatio: number | null
}

/** A run of another verdict proves nothing about alerts: its gate did not pass, or it was stopped. */
const COUNTS: readonly string[] = ['held', 'deviated']

/**
 * Puts every alert that fired in a run into the row of its cause. Only runs of one profile compare, so those of
 * others are left out.
 */
export function coverageOf(
  journals: readonly Journal[],
  rules: readonly AlertingRule[],
  profile: string | null,
): Coverage {
  const ofProfile = journals.filter((one) => profile === null || one.profile === profile)
  const counted = ofProfile.filter(({ verdict }) => COUNTS.includes(verdict))
  const always = rules.filter(isAlwaysFiring).map(({ name }) => name)
  const inhibitors = rules.filter(({ labels = {} }) => pagesNobody(labels)).map(({ name }) => name)
  const pagingNobody = inhibitors.filter((name) => !always.includes(name))
  const names = new Set(rules.map(({ name }) => name).filter((name) => ![...always, ...pagingNobody].includes(name)))
  const rows = rowsOf(counted, always)
  const fired = new Set(rows.flatMap(({ cells }) => Object.keys(cells)))
  const alerts = [...names].sort()
  const unfiredAlerts = alerts.filter((name) => !fired.has(name))
  const wanted = rows.filter(({ kind, silent }) => kind === 'fault' && !silent)
  const unseen = wanted.filter(({ cells }) => !Object.values(cells).some(({ paged }) => paged))
  return {
    kind: 'firedrill coverage',
    schemaVersion: 1,
    profile,
    runs: counted.length,
    ran: counted.map(({ startedAt, drill, verdict }) => ({
      journal: journalName({ startedAt, drill }),
      drill: drillName(drill.file),
      title: drill.title,
      startedAt,
      verdict,
    })),
    leftOut: leftOut(journals, ofProfile),
    alerts,
    rows,
    unseenFaults: unseen.map(({ fault, service, runs }) => ({ fault, service, runs })),
    unfiredAlerts,
    unaskedAlerts: unasked(counted),
    alwaysFiring: [...new Set(always)].sort(),
    pagingNobody: [...new Set(pagingNobody)].sort(),
    goneAlerts: [...fired].filter((name) => !names.has(name)).sort(),
    alertRatio: alerts.length === 0 ? null : 1 - unfiredAlerts.length / alerts.length,
    faultRatio: wanted.length === 0 ? null : 1 - unseen.length / wanted.length,
  }
}

/** A dead man's switch fires while all is well, and alarms by going silent. */
function isAlwaysFiring({ expr }: AlertingRule): boolean {
  return /^\s*vector\(\s*1\s*\)\s*$/.test(expr)
}

function rowsOf(journals: readonly Journal[], always: readonly string[]): Row[] {
  const rows = new Map<string, Row>()
  const rowOf = ({ kind, fault, service }: Cause): Row => {
    const key = `${kind}\n${fault}\n${service}`
    const row = rows.get(key) ?? { kind, fault, service, runs: 0, ranIn: [], silent: true, cells: {} }
    rows.set(key, row)
    return row
  }
  for (const [run, journal] of journals.entries()) {
    const causes = causesOf(journal)
    const expectsAlert = journal.expectations.some(({ kind }) => kind === 'alert')
    for (const row of new Set(causes.map(rowOf))) {
      row.runs += 1
      row.ranIn.push(run)
      if (expectsAlert) row.silent = false
    }
    for (const [alert, { firstMs, paged, cause }] of firstFirings(journal, causes)) {
      if (always.includes(alert)) continue
      const { proofs } = cellOf(rowOf(cause), alert)
      proofs.push({ run, ms: Math.max(0, firstMs - cause.atMs), paged })
    }
  }
  for (const { cells } of rows.values()) for (const cell of Object.values(cells)) summarize(cell)
  return [...rows.values()].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}

/** The cell of an alert; a new one has no proofs yet. */
function cellOf({ cells }: Row, alert: string): Cell {
  const cell = cells[alert] ?? { count: 0, medianMs: 0, timesMs: [], paged: false, proofs: [] }
  cells[alert] = cell
  return cell
}

/** Fills in what follows from all proofs of a cell. */
function summarize(cell: Cell): void {
  cell.timesMs = cell.proofs.map(({ ms }) => ms).sort((a, b) => a - b)
  cell.count = cell.timesMs.length
  cell.medianMs = median(cell.timesMs)
  cell.paged = cell.proofs.some(({ paged }) => paged)
}

/** A run counts once for an alert, with the first of its firings: replicas of a service fire one each. */
function firstFirings(journal: Journal, causes: readonly [Cause, ...Cause[]]) {
  const first = new Map<string, { firstMs: number; paged: boolean; cause: Cause }>()
  for (const firing of firingsOf(journal).sort((a, b) => a.atMs - b.atMs)) {
    const known = first.get(firing.alert)
    if (known !== undefined) known.paged ||= firing.paged
    else first.set(firing.alert, { firstMs: firing.atMs, paged: firing.paged, cause: causeOf(firing, causes) })
  }
  return first
}

function rank({ kind, fault, service }: Row): string {
  return `${['fault', 'action', 'none'].indexOf(kind)} ${fault} ${service}`
}

function unasked(journals: readonly Journal[]): Coverage['unaskedAlerts'] {
  const alerts = new Map<string, { alert: string; count: number; drills: Set<string> }>()
  for (const { drill, unexpectedAlerts } of journals) {
    for (const alert of new Set(unexpectedAlerts.map(({ alertname }) => alertname))) {
      const one = alerts.get(alert) ?? { alert, count: 0, drills: new Set() }
      one.count += 1
      one.drills.add(drill.title)
      alerts.set(alert, one)
    }
  }
  return [...alerts.values()]
    .map((one) => ({ ...one, drills: [...one.drills].sort() }))
    .sort((a, b) => b.count - a.count || (a.alert < b.alert ? -1 : 1))
}

function leftOut(journals: readonly Journal[], ofProfile: readonly Journal[]): Coverage['leftOut'] {
  const counts = new Map<string, number>()
  for (const { verdict } of ofProfile) {
    if (!COUNTS.includes(verdict)) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  }
  const others = journals.length - ofProfile.length
  if (others > 0) counts.set('of another profile', others)
  return [...counts].map(([verdict, count]) => ({ verdict, count }))
}

/** A run that counts. */
export interface CountedRun {
  /** Name of its journal's file without .json. */
  journal: string
  /** Name of its file without .yaml. */
  drill: string
  title: string
  /** ISO 8601. */
  startedAt: string
  verdict: Journal['verdict']
}

/** An alerting rule that there is. */
export interface AlertingRule {
  name: string
  expr: string
  labels?: Labels
}

/** How often an alert fired for a fault, and how long that took, from the injection to the firing. */
export interface Cell {
  count: number
  medianMs: number
  /** Ascending. */
  timesMs: number[]
  /** False when Alertmanager held it back each time. */
  paged: boolean
  /** The runs in which it fired, oldest first; `run` is the place in `ran`. */
  proofs: { run: number; ms: number; paged: boolean }[]
}

/** What was done to the system, and what fired for it. */
export interface Row {
  kind: Cause['kind']
  fault: string
  service: string
  /** Runs in which it was done. */
  runs: number
  /** The same runs, by their place in `ran`, oldest first. */
  ranIn: number[]
  /** Whether no drill that does it expects any alert: nobody is to be paged for it. */
  silent: boolean
  /** By name of the alert; only those that fired. */
  cells: Record<string, Cell>
}
