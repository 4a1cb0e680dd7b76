import { createHash } from 'node:crypto'
import { keepLabels } from './labels.ts'

/** One alert of a delivery, with what was left out filled in. Times are epoch milliseconds. */
export interface Alert {
  /** The same for every delivery about the same alert since the same start. */
  readonly incident: string
  readonly firing: boolean
  readonly name: string
  readonly labels: Record<string, string>
  /** What of its labels was cut or left out, in a sentence. */
  readonly shortened?: string
  readonly startsAtMs: number
  readonly endsAtMs: number
}

export function toAlert(
  all: Record<string, string>,
  startsAtMs: number,
  { firing, endsAtMs }: { firing: boolean; endsAtMs: number },
): Alert {
  // By all of them: two alerts that differ in what is cut are two.
  const incident = incidentId(all, startsAtMs)
  const kept = keepLabels(all)
  return { incident, firing, name: kept.labels.alertname ?? 'unnamed', ...kept, startsAtMs, endsAtMs }
}

/**
 * Alertmanager distinguishes alerts by their labels (its fingerprint is a hash of them) and when they started; so do
 * incidents. 64 bits: among a million alerts, two share an id with a chance of one in forty million. The fingerprint that a
 * delivery carries is not used: the sender may write anything.
 */
function incidentId(labels: Record<string, string>, startsAtMs: number): string {
  let text = String(startsAtMs)
  for (const name of Object.keys(labels).sort()) text += `\n${JSON.stringify(name)}:${JSON.stringify(labels[name])}`
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
