/** All pauses of an engine: there are thousands, and one call ends them all. */
export class Pauses {
  readonly #pending = new Set<Pause>()
  #over = false

  /** Resolves after `ms` milliseconds, or at once when the run is over. */
  sleep(ms: number): Promise<void> {
    if (this.#over) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        this.#pending.delete(pause)
        resolve()
      }
      const pause: Pause = { timer: setTimeout(end, ms), end }
      this.#pending.add(pause)
    })
  }

  /** Ends all pauses, later ones too. */
  end(): void {
    this.#over = true
    for (const { timer, end } of [...this.#pending]) {
      clearTimeout(timer)
      end()
    }
  }
}

interface Pause {
  timer: NodeJS.Timeout
  end: () => void
}
