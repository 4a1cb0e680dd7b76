import { formatDuration } from '../../base/units/duration.ts'

/** How long the monitoring did not answer. */

/** How long a part of the monitoring may leave the drill blind before the drill proves nothing, in milliseconds. */
export const BLIND_LIMIT_MS = 2_000

/** The name of the store that samples are read from, where they are not read from Prometheus: it has none where Prometheus is broken. */
export const METRICS_STORE = 'metrics store'

interface Source {
  lastAnswerMs: number
  longestGapMs: number
  lastError: string
}

/** Whether the parts of the monitoring that a drill reads answered throughout. */
export class SourceHealth {
  readonly #sources = new Map<string, Source>()

  answered(name: string, atMs: number): void {
    const source = this.#of(name, atMs)
    source.longestGapMs = Math.max(source.longestGapMs, atMs - source.lastAnswerMs)
    source.lastAnswerMs = atMs
  }

  failed(name: string, atMs: number, error: string): void {
    const source = this.#of(name, atMs)
    source.lastError = error
    source.longestGapMs = Math.max(source.longestGapMs, atMs - source.lastAnswerMs)
  }

  /** The sources that were blind for longer than the limit, in sentences; those that are broken on purpose are left out. */
  down(exempt: readonly string[] = []): string[] {
    const broken = exempt.includes('prometheus') ? [...exempt, METRICS_STORE] : exempt
    return [...this.#sources].flatMap(([name, { longestGapMs, lastError }]) => {
      if (longestGapMs <= BLIND_LIMIT_MS || broken.includes(name)) return []
      const why = lastError === '' ? '' : `: ${lastError}`
      return [`${name} did not answer for ${formatDuration(longestGapMs)}${why}`]
    })
  }

  #of(name: string, atMs: number): Source {
    const known = this.#sources.get(name) ?? { lastAnswerMs: atMs, longestGapMs: 0, lastError: '' }
    this.#sources.set(name, known)
    return known
  }
}
