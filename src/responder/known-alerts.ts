import type { Alert } from './alert.ts'

/** Alerts that are kept at hand, at most. */
const KEPT = 40_000

/**
 * Alerts that were read before, by what was sent. Alertmanager sends a whole group again whenever one of its alerts changes,
 * so that most of a storm is known word for word: it need not be checked and hashed again.
 */
export class KnownAlerts {
  #recent = new Map<string, Alert>()
  #before = new Map<string, Alert>()

  find(key: string): Alert | undefined {
    const recent = this.#recent.get(key)
    if (recent !== undefined) return recent
    const before = this.#before.get(key)
    // Still in use: it stays when the older half goes.
    if (before !== undefined) this.keep(key, before)
    return before
  }

  keep(key: string, alert: Alert): void {
    if (this.#recent.size >= KEPT / 2) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(key, alert)
  }
}

/**
 * The same for the same start and labels in the same order, and for no others: every text stands behind its length.
 * `undefined` when a label is no text.
 */
export function keyOf(startsAt: string, labels: Readonly<Record<string, unknown>>): string | undefined {
  let key = startsAt
  for (const name in labels) {
    const value = labels[name]
    if (typeof value !== 'string') return undefined
    key += `,${name.length}:${name}${value.length}:${value}`
  }
  return key
}
