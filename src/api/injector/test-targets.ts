import { Type } from '#typebox'
import { type FaultDefinition, landed } from '../../faults/fault.ts'
import { heldWithinMs, LEASE_MS, RENEW_EVERY_MS } from '../../faults/lease.ts'

/** What one fault does, as its target has it. Epoch milliseconds. */
interface Effect {
  /** Until when the target holds it unless it is renewed; `undefined` when it ends with the process of control. */
  leaseUntilMs: number | undefined
  /** When its time is over. */
  readonly untilMs: number
}

/** How long a request is under way, in milliseconds. */
const NETWORK_MS = 100

/**
 * Targets of faults, made of nothing but the clock. They outlive control, as real ones do: `held` is what a service holds under
 * a lease, `switch` a link of the proxy that is down under a lease, `process` what ends with control.
 */
export class TestTargets {
  /** Whether requests to what holds leases arrive. */
  isReachable = true
  /** Ids in the order in which their faults were put back on request. */
  readonly undone: string[] = []
  /** The longest that anything was seen in force after its time, in milliseconds. */
  overdueMs = 0
  /** Keys of what may be in force although it is not known yet whether it landed. */
  readonly beginning = new Set<string>()
  readonly #effects = new Map<string, Effect>()
  #life = 0

  /** Keys of what is in force: ids, and "switch". */
  inForce(): string[] {
    const nowMs = Date.now()
    for (const [key, { leaseUntilMs = Number.POSITIVE_INFINITY, untilMs }] of this.#effects) {
      if (leaseUntilMs <= nowMs) this.#effects.delete(key)
      else this.overdueMs = Math.max(this.overdueMs, nowMs - untilMs)
    }
    return [...this.#effects.keys()]
  }

  /** Kill -9 of control: its children die, and nothing that it was about to do happens. */
  killControl(): void {
    this.#life++
    this.beginning.clear()
    for (const [key, { leaseUntilMs }] of this.#effects) if (leaseUntilMs === undefined) this.#effects.delete(key)
  }

  /** The fault of that kind. */
  readonly find = (name: string): FaultDefinition => ({
    name,
    summary: 'Is in force until it is undone',
    params: Type.Object({ landsAfterMs: Type.Number() }),
    needs: [],
    ...(name === 'switch' ? { alone: true as const } : {}),
    start: async (_subject, params, { id, forMs }) => {
      const { landsAfterMs } = params as { landsAfterMs: number }
      const isLeased = name !== 'process'
      const key = name === 'switch' ? name : id
      const startedMs = Date.now()
      const untilMs = startedMs + forMs
      const ask = <T>(act: () => T) => this.#request(act, isLeased)
      const hold = () => {
        const leaseUntilMs = isLeased ? Math.min(startedMs + heldWithinMs(forMs), Date.now() + LEASE_MS) : undefined
        this.#effects.set(key, { untilMs, leaseUntilMs })
        return true
      }
      const isHeld = () => this.inForce().includes(key)
      // A switch takes two requests, so that a renewal can come after it was switched back.
      const renew = async () => (name === 'switch' ? (await ask(isHeld)) && ask(hold) : ask(() => isHeld() && hold()))
      const begin = async () => {
        await ask(hold)
        const injectedAtMs = Date.now()
        for (let leftMs = landsAfterMs; leftMs > 0; leftMs -= RENEW_EVERY_MS) {
          await this.#pass(Math.min(leftMs, RENEW_EVERY_MS))
          if (isLeased) await renew().catch(() => undefined)
        }
        return injectedAtMs
      }
      this.beginning.add(key)
      const injectedAtMs = await begin().finally(() => this.beginning.delete(key))
      return {
        injectedAtMs,
        landing: landed('it is in force'),
        ...(isLeased ? { renew } : {}),
        undo: () =>
          ask(() => {
            this.undone.push(id)
            const changed = isHeld()
            this.#effects.delete(key)
            return { changed, detail: '' }
          }),
      }
    },
  })

  async #request<T>(act: () => T, isRemote: boolean): Promise<T> {
    const arrives = this.isReachable || !isRemote
    await this.#pass(NETWORK_MS)
    if (!arrives) throw new Error('unreachable')
    return act()
  }

  /** A wait that control is killed in never ends. */
  async #pass(ms: number): Promise<void> {
    const life = this.#life
    await new Promise((resolve) => setTimeout(resolve, ms))
    if (life !== this.#life) await new Promise(() => undefined)
  }
}
