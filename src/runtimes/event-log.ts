import type { RuntimeEvent } from './runtime.ts'

/** The log of a runtime's events. */

/** Enough for hours of drills; a reader that asks for older events gets those that are left. */
const KEEP = 10_000

/** The events of a runtime, in order: for later readers and for listeners. */
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
        // An error of one listener must not stop the event or other listeners, and must not be hidden either.
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
