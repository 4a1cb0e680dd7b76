import { createHash } from 'node:crypto'

/** Alerts whose ids are kept at hand; half of them go when there are more. */
const KEPT = 20_000

/**
 * Alertmanager tells alerts apart by their labels (its fingerprint is a hash of them) and when they started; so do
 * incidents. 64 bits: among a million alerts, two share an id with a chance of one in forty million. The fingerprint that a
 * delivery carries is not asked: it is whatever the sender says.
 */
export class AlertIds {
  #recent = new Map<string, string>()
  #before = new Map<string, string>()

  of(labels: Readonly<Record<string, string>>, startsAtMs: number): string {
    const key = keyOf(labels, startsAtMs)
    const known = this.#recent.get(key) ?? this.#before.get(key)
    const id = known ?? hash(labels, startsAtMs)
    if (this.#recent.size >= KEPT / 2) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, id)
    return id
  }
}

/** Cheap to make, and never the same for two alerts: every text stands behind its length. The order of labels matters. */
function keyOf(labels: Readonly<Record<string, string>>, startsAtMs: number): string {
  let key = `${startsAtMs}`
  for (const name in labels) {
    const value = labels[name] ?? ''
    key += `,${name.length}:${name}${value.length}:${value}`
  }
  return key
}

/** The order of labels does not matter. */
function hash(labels: Readonly<Record<string, string>>, startsAtMs: number): string {
  let text = String(startsAtMs)
  for (const name of Object.keys(labels).sort()) text += `\n${JSON.stringify(name)}:${JSON.stringify(labels[name])}`
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
