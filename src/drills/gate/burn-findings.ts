import type { AlertRule } from '../../probes/prometheus.ts'
import { isTicket } from '../evidence/alert-labels.ts'
import { meaningOf } from '../evidence/alerts/alert-meaning.ts'
import { nothingBurnt } from '../evidence/burnt-before.ts'
import { FORGOTTEN_WITHIN_MS } from './alert-findings.ts'
import type { Burning } from './burn.ts'
import type { GateContext, GateFinding } from './checks/check.ts'

/**
 * What objectives that burn mean for a run that is about to begin. Each is judged as the alerts that page for it are: where none of
 * those counts, its burn does not concern the run.
 */
export function burnFindings(burning: readonly Burning[], context: GateContext): GateFinding[] {
  return burning.map(({ text, id, series }) => {
    const pages = context.alertRules.filter((rule) => isOn(rule, id) && !isTicket(rule.labels))
    const alerts = series.flatMap((labels) =>
      pages.length === 0 ? [labels] : pages.map((rule) => ({ ...labels, ...rule.labels, alertname: rule.alert })),
    )
    const judging = { ...context, burntBefore: nothingBurnt }
    const meanings = alerts.map((labels) => meaningOf({ labels, isBefore: true }, judging))
    const counts = meanings.some(({ kind }) => kind !== 'ignored' && kind !== 'out of scope')
    const [why] = meanings.flatMap((meaning) => meaning.why ?? [])
    if (!counts && why !== undefined) return { text: `${text} (${why})`, tolerated: true }
    return { text, lastsMs: context.profile.scale(FORGOTTEN_WITHIN_MS) }
  })
}

/** Whether a rule is on an objective, by its labels or by the series that it reads. */
function isOn({ labels, expr }: AlertRule, id: string): boolean {
  return labels.sloth_id === id || expr.includes(`sloth_id=${JSON.stringify(id)}`)
}
