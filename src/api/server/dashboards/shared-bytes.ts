import { HttpError } from '../../../base/http/http-server.ts'
import { apiErrors } from '../../errors.ts'

/**
 * Answers as bytes, kept for a moment by what was asked: many open consoles ask Prometheus no more often than one, and what they are
 * sent is written once. Bounded: the oldest answers are dropped, and too many different ones at once are refused.
 */
export class SharedBytes {
  readonly #kept = new Map<string, Kept>()
  readonly #nowMs: () => number
  #bytes = 0
  #open = 0

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /**
   * The answer to what `key` names. It is kept for `keepMs` from when it was first asked for; a failure for no longer than a second.
   * @throws HttpError 503 FD_DASHBOARDS_BUSY
   */
  get(key: string, keepMs: number, make: () => Promise<Buffer>): Promise<Buffer> {
    const nowMs = this.#nowMs()
    const known = this.#kept.get(key)
    if (known !== undefined && nowMs < known.untilMs) return known.answer
    if (this.#open >= MOST_OPEN) return Promise.reject(busy(this.#open))
    this.#drop(key)
    this.#open += 1
    const entry: Kept = { answer: make(), untilMs: nowMs + keepMs, bytes: 0 }
    this.#kept.set(key, entry)
    entry.answer.then(
      ({ byteLength }) => this.#made(key, entry, byteLength),
      () => {
        this.#open -= 1
        entry.untilMs = Math.min(entry.untilMs, this.#nowMs() + KEPT_FAILURE_MS)
      },
    )
    return entry.answer
  }

  #made(key: string, entry: Kept, bytes: number): void {
    this.#open -= 1
    if (this.#kept.get(key) !== entry) return
    entry.bytes = bytes
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT && this.#bytes <= MOST_BYTES) return
      if (oldest !== key) this.#drop(oldest)
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}

const MOST_KEPT = 100
const MOST_BYTES = 32 * 1024 * 1024
/** Answers that are being made at once. */
export const MOST_OPEN = 16
const KEPT_FAILURE_MS = 1_000

interface Kept {
  answer: Promise<Buffer>
  /** Of the monotonic clock. */
  untilMs: number
  /** 0 until it is there. */
  bytes: number
}

function busy(open: number): HttpError {
  const problem = apiErrors.error('FD_DASHBOARDS_BUSY', {
    message: `${open} different views are being read`,
    expected: `at most ${MOST_OPEN} at once`,
    next: 'try again in a second',
  })
  return new HttpError(503, problem, { 'retry-after': '1' })
}
