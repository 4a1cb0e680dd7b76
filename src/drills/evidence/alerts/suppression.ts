import type { Silence, Suppression } from '../../../probes/alertmanager.ts'

/** What Alertmanager holds an alert back by, in words: `silenced by alice: deploy`, `inhibited by ServiceDown`, `muted by nights`. */
export function suppressionText(suppression: Suppression | undefined, silences: readonly Silence[]): string {
  const { silencedBy = [], inhibitedBy = [], mutedBy = [] } = suppression ?? {}
  const parts = [
    ...silencedBy.map((id) => silencedText(silences.find((one) => one.id === id) ?? id)),
    ...inhibitedBy.map(({ alertname }) => `inhibited by ${alertname ?? 'an alert that has ended'}`),
    ...mutedBy.map((name) => `muted by ${name}`),
  ]
  return [...new Set(parts)].join(', ') || 'held back by Alertmanager'
}

/** `silenced by alice: deploy`; of a silence that is not known, its id. */
export function silencedText(silence: Silence | string): string {
  if (typeof silence === 'string') return `silenced by ${silence}`
  const { id, createdBy, comment } = silence
  return `silenced by ${createdBy === '' ? id : createdBy}${comment === '' ? '' : `: ${comment}`}`
}

/** Of an alert that is held back, where Alertmanager does not show by what. */
export const NOT_SHOWN: Suppression = { inhibitedBy: [], silencedBy: [], mutedBy: [] }
