import type { Silence, SuppressedAlert } from '../../../probes/alertmanager.ts'
import { hasLabels, type Labels } from '../../../probes/prometheus.ts'
import type { HeldBackBy } from '../../contract.ts'

/** What holds an alert back, as Alertmanager says; `undefined` when nothing does. */
export function heldBackBy(labels: Labels, suppressed: readonly SuppressedAlert[], silences: readonly Silence[]) {
  // Alertmanager has every label of Prometheus, and those that its configuration adds.
  const held = suppressed.find((one) => hasLabels(one.labels, labels))
  if (held === undefined) return undefined
  return [
    ...held.inhibitedBy.map((source): HeldBackBy => ({ kind: 'alert', text: alertInWords(source) })),
    ...held.silencedBy.map((id): HeldBackBy => {
      const silence = silences.find((one) => one.id === id)
      if (silence === undefined) return { kind: 'silence', text: `silence ${id}` }
      const { comment, createdBy, endsAtMs } = silence
      return { kind: 'silence', text: `${comment === '' ? 'a silence' : comment} (${createdBy})`, untilMs: endsAtMs }
    }),
    ...held.mutedBy.map((name): HeldBackBy => ({ kind: 'mute', text: name })),
  ]
}

/** "ServiceUnsettled of store", "an alert that has just ended". */
function alertInWords({ alertname, instance, service }: Labels): string {
  if (alertname === undefined) return 'an alert that has just ended'
  const about = instance ?? service
  return about === undefined ? alertname : `${alertname} of ${about}`
}
