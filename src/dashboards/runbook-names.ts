import { seenOn } from '../stack/alerts/seen-on.ts'
import type { DashboardSpec } from './dashboard.ts'

/** Names of all runbooks, in the order of their panels. */
export const runbookNames: readonly string[] = Object.keys(seenOn).sort()

export const RUNBOOKS_UID = 'firedrill-runbooks'

/** The alerts that are judged by a panel: each has a runbook. */
export function alertsJudgedBy({ uid }: Pick<DashboardSpec, 'uid'>, panelTitle: string | undefined): string[] {
  return runbookNames.filter(
    (name) => `firedrill-${seenOn[name]?.dashboard}` === uid && seenOn[name]?.panel === panelTitle,
  )
}
