import type { Alert } from './alert.ts'

/**
 * Alerts that were read before, by their own text. Alertmanager sends a whole group again whenever one of its alerts changes,
 * so that most of a storm is known word for word: it need not be parsed, checked and hashed again. The text itself is the key:
 * no two alerts share it, and a digest of it would cost as much time as reading it does.
 */
export class KnownAlerts {
  readonly #maxBytes: number
  #recent = new Map<string, Alert>()
  #before = new Map<string, Alert>()
  #recentBytes = 0

  /** @param maxBytes About what all of them may take. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  find(text: string): Alert | undefined {
    const recent = this.#recent.get(text)
    if (recent !== undefined) return recent
    const before = this.#before.get(text)
    // Still in use: it stays when the older half goes.
    if (before !== undefined) this.keep(text, before)
    return before
  }

  keep(text: string, alert: Alert): void {
    if (text.length > LONGEST) return
    const copy = Buffer.from(text)
    // One byte a character where all are ASCII, else two; the labels may repeat most of it.
    const bytes = (copy.length === text.length ? 2 : 4) * text.length + OVERHEAD_BYTES
    if (this.#recentBytes + bytes > this.#maxBytes / 2) {
      this.#before = this.#recent
      this.#recent = new Map()
      this.#recentBytes = 0
    }
    this.#recentBytes += bytes
    // A copy: a piece of a text keeps all of that text in memory.
    this.#recent.set(copy.toString(), alert)
  }
}

/** A longer text is not kept: it costs more to hold than to read again. */
const LONGEST = 16 * 1024
/** What an alert takes besides its text and its labels, about. */
const OVERHEAD_BYTES = 300
