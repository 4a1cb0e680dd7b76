/** What is wrong with a process at the moment. A trouble begins, is said again with newer figures, and ends. */
export class Troubles {
  readonly #troubles = new Map<string, Trouble>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
  }

  /** `about` distinguishes several of one kind: a path. One that has begun already keeps its beginning. */
  begin(kind: TroubleKind, about: string, text: string): void {
    const key = `${kind} ${about}`
    this.#troubles.set(key, { kind, text, sinceMs: this.#troubles.get(key)?.sinceMs ?? this.#nowMs() })
  }

  /** Does nothing when there is no such trouble. */
  end(kind: TroubleKind, about: string): void {
    this.#troubles.delete(`${kind} ${about}`)
  }

  /** The first one first. */
  list(): Trouble[] {
    return [...this.#troubles.values()]
  }

  has(kind: TroubleKind, about: string): boolean {
    return this.#troubles.has(`${kind} ${about}`)
  }

  count(kind: TroubleKind): number {
    return this.list().filter((trouble) => trouble.kind === kind).length
  }
}

/** The kinds there are; each has a series of its own among control's metrics. */
export const troubleKinds = ['disk', 'descriptors', 'files', 'metrics', 'unexpected'] as const

/**
 * `disk`: there is no room on a disk. `descriptors`: the process has nearly as many files and connections open as it may.
 * `files`: a file is not as it should be, and is written again until it is. `metrics`: the store that samples are read from lacks
 * some, or does not answer. `unexpected`: an unexpected error.
 */
export type TroubleKind = (typeof troubleKinds)[number]

export interface Trouble {
  kind: TroubleKind
  /** One sentence without a full stop. */
  text: string
  /** Epoch milliseconds at which it began. */
  sinceMs: number
}
