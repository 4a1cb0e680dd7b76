import { formatLabels, type Labels } from '../../probes/prometheus.ts'
import { type Evidence, earliestMs } from './evidence.ts'
import type { WantedAlert } from './expected.ts'
import { commonLabels } from './same-alert.ts'

/**
 * That the wanted alert has reached Alertmanager, but with other values of labels that it got on its way there than the drill or the scope of the
 * system names by hand; in a sentence. `undefined` where none has, or where only labels differ that its series have: they distinguish alerts.
 */
export function otherLabels(wanted: WantedAlert, evidence: Evidence): string | undefined {
  const { observations, alertScope, alertRules } = evidence
  const fromMs = earliestMs(evidence)
  const named = { ...alertScope?.scope, ...wanted.labels }
  const external = alertRules.flatMap(({ sent }) => (sent === undefined ? [] : [sent.external]))
  for (const { labels, startsAtMs } of observations.heldAlerts) {
    if (startsAtMs < fromMs || labels.alertname !== wanted.alert) continue
    const wrong = Object.keys(named).filter((name) => labels[name] !== undefined && labels[name] !== named[name])
    const ofRules = observations.ruleAlerts.filter((one) => commonLabels(one.labels, labels))
    const isAdded = (name: string) =>
      external.some((added) => added[name] === labels[name]) ||
      (ofRules.length > 0 && ofRules.every((one) => one.labels[name] === undefined))
    if (wrong.length === 0 || !wrong.every(isAdded)) continue
    const pick = (from: Labels) => formatLabels(Object.fromEntries(wrong.map((name) => [name, from[name] ?? ''])))
    return `it reached Alertmanager with ${pick(labels)}, which it got on its way there, and ${pick(named)} is named`
  }
  return undefined
}
