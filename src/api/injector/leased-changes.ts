import { messageOf } from '../../base/errors.ts'
import { retryFor } from '../../base/wait.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import type { LeaseBody } from '../contract.ts'

/** Control's side of leased changes; the drill's side is client/lease-change.ts. */

/** Undoing a change that fails is tried again, since a replica may be starting: one try alone may wait half a minute for health. Milliseconds. */
const RETRY = { timeoutMs: 300_000, intervalMs: 500 }

/** How long the process that made a change has, once everything is halted, to undo it itself. Milliseconds. */
const HURRY_MS = 2_000

/**
 * Changes that last only as long as the process that made them: a setting, a number of replicas. Each is undone when its lease ends
 * before the process has renewed it, or has settled it by undoing the change itself.
 */
export class LeasedChanges {
  readonly #runtime: Pick<Runtime, 'configure' | 'scale'>
  readonly #onFailure: (message: string) => void
  readonly #leases = new Map<string, { timer: NodeJS.Timeout; body: LeaseBody }>()
  readonly #closing = new AbortController()

  /** `onFailure` is called with a sentence about a change that could not be undone. */
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
      void this.#undo(body)
    }, body.leaseMs)
    this.#leases.set(id, { timer, body })
  }

  /** Lets every lease end soon. */
  hurry(): void {
    for (const [id, { body }] of [...this.#leases])
      this.renew(id, { ...body, leaseMs: Math.min(body.leaseMs, HURRY_MS) })
  }

  /** Ends a lease whose change was undone by the process that made it. Returns whether the lease was known. */
  settle(id: string): boolean {
    clearTimeout(this.#leases.get(id)?.timer)
    return this.#leases.delete(id)
  }

  /** From now on nothing is undone: settings and replicas end with the stack. */
  close(): void {
    this.#closing.abort()
    for (const id of [...this.#leases.keys()]) this.settle(id)
  }

  async #undo({ service, takeBack }: LeaseBody): Promise<void> {
    const { signal } = this.#closing
    const act = () =>
      'replicas' in takeBack
        ? this.#runtime.scale(service, takeBack.replicas, 'fault')
        : this.#runtime.configure(service, takeBack.settings, 'fault')
    await retryFor(act, { ...RETRY, signal }).catch((error: unknown) => {
      if (!signal.aborted) this.#onFailure(`what was changed of ${service} could not be undone: ${messageOf(error)}`)
    })
  }
}
