import type { CoverageRow, CoverageView } from '../../../src/api/contract.ts'
import { type ProofLevel, proofAge } from '../format/proof-age.ts'

/** The matrix as the page draws it. */

/**
 * Names of the alerts in the order of the columns: those that fired first, in the order of the rows, so that it is filled from corner to
 * corner. Those that no drill fired are named beside the matrix as well: `firedOnly` leaves out their empty columns.
 */
export function columnsOf({ alerts, rows, goneAlerts }: CoverageView, { firedOnly = false } = {}): string[] {
  const place = (name: string) => {
    const first = rows.findIndex(({ cells }) => cells[name] !== undefined)
    return first < 0 ? rows.length : first
  }
  const fired = [...alerts.filter((alert) => alert.fired).map(({ name }) => name), ...goneAlerts]
  const unfired = alerts.filter((alert) => !alert.fired).map(({ name }) => name)
  const sorted = fired.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  return firedOnly && sorted.length > 0 ? sorted : [...sorted, ...unfired.sort()]
}

/** "kill store"; of an action what it did. */
export function causeOf({ fault, service }: Pick<CoverageRow, 'fault' | 'service'>): string {
  return service === '' ? fault : `${fault} ${service}`
}

/** How old the latest proof of a cell is. */
export function ageOf(row: CoverageRow, alert: string, { runs, nowMs }: { runs: CoverageView['runs']; nowMs: number }) {
  const latest = row.cells[alert]?.proofs[0]
  return proofAge(latest === undefined ? undefined : runs[latest.run]?.startedAtMs, nowMs)
}

/** The latest proof of each alert, by its name: the youngest of all rows. */
export function latestProofs({ rows, runs }: CoverageView): Map<string, number> {
  const latest = new Map<string, number>()
  for (const { cells } of rows) {
    for (const [alert, { proofs }] of Object.entries(cells)) {
      const atMs = runs[proofs[0]?.run ?? -1]?.startedAtMs
      if (atMs !== undefined && atMs > (latest.get(alert) ?? 0)) latest.set(alert, atMs)
    }
  }
  return latest
}

/** How many alerts have a proof of each age. */
export function countAges(view: CoverageView, nowMs: number): Record<ProofLevel, number> {
  const counts: Record<ProofLevel, number> = { fresh: 0, recent: 0, aging: 0, old: 0, never: 0 }
  const latest = latestProofs(view)
  for (const { name } of view.alerts) counts[proofAge(latest.get(name), nowMs).level] += 1
  return counts
}

/** A cell, or a margin, in the address: `kill|store|ServiceDown`; without an alert the whole row. */
export function readCell(text: string | null): { fault: string; service: string; alert: string } | undefined {
  if (text === null) return undefined
  const [fault = '', service = '', alert = ''] = text.split('|')
  return { fault, service, alert }
}

export function cellText({ fault, service }: Pick<CoverageRow, 'fault' | 'service'>, alert: string): string {
  return [fault, service, alert].join('|')
}
