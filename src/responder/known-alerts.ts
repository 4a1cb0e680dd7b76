import type { Alert } from './alert.ts'

/** Alerts that are kept at hand, at most: some 60 MB of those that Alertmanager usually sends. */
const KEPT = 40_000

/**
 * Alerts that were read before, by their own text. Alertmanager sends a whole group again whenever one of its alerts changes,
 * so that most of a storm is known word for word: it need not be parsed, checked and hashed again.
 */
export class KnownAlerts {
  #recent = new Map<string, Alert>()
  #before = new Map<string, Alert>()

  find(text: string): Alert | undefined {
    const recent = this.#recent.get(text)
    if (recent !== undefined) return recent
    const before = this.#before.get(text)
    // Still in use: it stays when the older half goes.
    if (before !== undefined) this.keep(text, before)
    return before
  }

  keep(text: string, alert: Alert): void {
    if (this.#recent.size >= KEPT / 2) {
      this.#before = this.#recent
      this.#recent = new Map()
    }
    // A copy: a piece of a text keeps all of that text in memory.
    this.#recent.set(Buffer.from(text).toString(), alert)
  }
}
