import type { RuntimeEvent } from './runtime.ts'

/** Enough for hours of drills; a reader that asks for older ones gets what is left. */
const KEEP = 10_000

/** What happened in a runtime, in order, for those who ask later and those who listen. */
export class EventLog {
  #events: RuntimeEvent[] = []
  #sequence = 0
  readonly #listeners = new Set<(event: RuntimeEvent) => void>()

  emit(event: Omit<RuntimeEvent, 'sequence' | 'atMs'>): void {
    const full: RuntimeEvent = { sequence: ++this.#sequence, atMs: Date.now(), ...event }
    this.#events.push(full)
    if (this.#events.length > KEEP) this.#events = this.#events.slice(-KEEP / 2)
    for (const listener of this.#listeners) {
      try {
        listener(full)
      } catch (error) {
        // No listener's mistake is the business of what happened, nor of the other listeners; nor is it passed over.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  after(sequence: number): RuntimeEvent[] {
    return this.#events.filter((event) => event.sequence > sequence)
  }

  subscribe(listener: (event: RuntimeEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
