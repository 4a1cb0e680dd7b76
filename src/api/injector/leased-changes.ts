import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import type { LeaseBody } from '../contract.ts'

/** What fails may fail for a moment only: a replica is starting. Tries, and the pause between two of them in milliseconds. */
const TRIES = 20
const AGAIN_AFTER_MS = 500

/** How long whoever made a change has, once everything is halted, to take it back in person. Milliseconds. */
const HURRY_MS = 2_000

/**
 * Changes that are to last only as long as whoever made them: a setting, a number of replicas. Each is taken back when its lease
 * is over, and nobody has renewed it or said that it is settled.
 */
export class LeasedChanges {
  readonly #runtime: Pick<Runtime, 'configure' | 'scale'>
  readonly #onFailure: (message: string) => void
  readonly #leases = new Map<string, { timer: NodeJS.Timeout; body: LeaseBody }>()
  readonly #closing = new AbortController()

  /** `onFailure` is told, in a sentence, what could not be taken back. */
  constructor(runtime: Pick<Runtime, 'configure' | 'scale'>, onFailure: (message: string) => void) {
    this.#runtime = runtime
    this.#onFailure = onFailure
  }

  /** Begins a lease, or renews it. */
  renew(id: string, body: LeaseBody): void {
    this.settle(id)
    if (this.#closing.signal.aborted) return
    const timer = setTimeout(() => {
      this.#leases.delete(id)
      void this.#takeBack(body)
    }, body.leaseMs)
    this.#leases.set(id, { timer, body })
  }

  /** Lets every lease end soon. */
  hurry(): void {
    for (const [id, { body }] of [...this.#leases])
      this.renew(id, { ...body, leaseMs: Math.min(body.leaseMs, HURRY_MS) })
  }

  /** The change was taken back by whoever made it. Returns whether its lease was known. */
  settle(id: string): boolean {
    clearTimeout(this.#leases.get(id)?.timer)
    return this.#leases.delete(id)
  }

  /** Takes nothing back any more: settings and replicas go with the stack. */
  close(): void {
    this.#closing.abort()
    for (const id of [...this.#leases.keys()]) this.settle(id)
  }

  async #takeBack({ service, takeBack }: LeaseBody): Promise<void> {
    const { signal } = this.#closing
    for (let left = TRIES; !signal.aborted; left--) {
      try {
        if ('replicas' in takeBack) await this.#runtime.scale(service, takeBack.replicas, 'fault')
        else await this.#runtime.configure(service, takeBack.settings, 'fault')
        return
      } catch (error) {
        if (left === 1)
          return this.#onFailure(`what was changed of ${service} could not be taken back: ${messageOf(error)}`)
        await sleep(AGAIN_AFTER_MS, signal).catch(() => undefined)
      }
    }
  }
}
