import { FiredrillError, messageOf } from '../../base/errors.ts'
import { errorOf } from '../../base/http/problem.ts'
import { sleep } from '../../base/wait.ts'
import { faultErrors } from '../errors.ts'
import { type Injection, type Landing, landed, notLanded, type Subject, type Undone } from '../fault.ts'
import { type HeldView, type HoldBody, heldWithinMs, LEASE_MS, RENEW_EVERY_MS } from '../lease.ts'
import type { Probe, Prober } from './inside.ts'

/** Control's side of a fault that a service holds under a lease. */

/** How long an effect may take to be there, in milliseconds: gigabytes are written at the speed of the disk. */
const BEGIN_WITHIN_MS = 20_000
const LOOK_MS = 50
const PROBE_TIMEOUT_MS = 15_000

/** Control's end of a fault that a service holds under a lease. */
export class HeldFault {
  readonly #subject: Subject
  readonly #injection: Injection
  #ended: Undone | undefined

  constructor(subject: Subject, injection: Injection) {
    this.#subject = subject
    this.#injection = injection
  }

  /**
   * Sends the fault to the target. When the target does not answer, returns why the fault cannot have landed.
   * @throws what the target answered when it refused, so that nothing was done
   */
  async hand(fault: string, params: Record<string, unknown>): Promise<string | undefined> {
    const { forMs, seed } = this.#injection
    const body: HoldBody = { fault, params, forMs: heldWithinMs(forMs), seed, leaseMs: LEASE_MS }
    try {
      const { status, body: text } = await this.#subject.request({ method: 'PUT', path: this.#path(), body })
      if (status < 300) return undefined
      throw toError(this.#subject.replica, status, text)
    } catch (error) {
      if (error instanceof FiredrillError) throw error
      return `${this.#subject.replica} does not answer: ${messageOf(error)}`
    }
  }

  /** The proof that the service reports once the effect is there; each request renews the lease. */
  async untilBegun(): Promise<Landing | undefined> {
    const startedMs = performance.now()
    const { signal } = this.#injection
    while (performance.now() - startedMs < BEGIN_WITHIN_MS) {
      if (signal.aborted) return notLanded(messageOf(signal.reason))
      const view = await this.#renew().catch(() => undefined)
      if (view === 'gone') return notLanded(`${this.#subject.replica} dropped the fault while it began`)
      if (view?.state === 'held') {
        if (view.proof === undefined) return undefined
        return view.proof.landed ? landed(view.proof.proof) : notLanded(view.proof.proof)
      }
      await sleep(LOOK_MS, signal).catch(() => undefined)
    }
    return notLanded(`${this.#subject.replica} did not say that the effect is there`)
  }

  /** Renews the lease while `work` runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void this.#renew().catch(() => undefined), RENEW_EVERY_MS)
    try {
      return await work()
    } finally {
      clearInterval(timer)
    }
  }

  async renew(): Promise<boolean> {
    return (await this.#renew()) !== 'gone'
  }

  async undo(): Promise<Undone> {
    this.#ended ??= await this.#end()
    return this.#ended
  }

  prober(): Prober {
    const get = async (path: string): Promise<Probe> =>
      this.#subject.request({ method: 'GET', path, timeoutMs: PROBE_TIMEOUT_MS })
    return {
      touched: () => get(`${this.#path()}/probe`),
      untouched: () => get('/faults/none/probe'),
      get,
    }
  }

  async #renew(): Promise<HeldView | 'gone'> {
    const answer = await this.#subject.request({ method: 'POST', path: `${this.#path()}/renew`, body: {} })
    if (answer.status === 404) return 'gone'
    if (answer.status >= 300) throw toError(this.#subject.replica, answer.status, answer.body)
    return JSON.parse(answer.body) as HeldView
  }

  async #end(): Promise<Undone> {
    const { replica } = this.#subject
    try {
      const { status, body } = await this.#subject.request({ method: 'DELETE', path: this.#path() })
      if (status === 404)
        return { changed: false, detail: `${replica} no longer had the fault: restarted since, or its time was over` }
      if (status >= 300) throw toError(replica, status, body)
      const { touched, passed } = JSON.parse(body) as HeldView
      const requests = touched + passed === 0 ? '' : `, which had touched ${touched} of ${touched + passed} requests`
      return { changed: true, detail: `ended the fault in ${replica}${requests}` }
    } catch (error) {
      const detail = `${replica} does not answer (${messageOf(error)}); its lease ends the fault within ${LEASE_MS} ms`
      return { changed: false, detail }
    }
  }

  #path(): string {
    return `/faults/${this.#injection.id}`
  }
}

function toError(replica: string, status: number, text: string): FiredrillError {
  const message = `answered ${status}: it takes no faults, or not with this token`
  return errorOf(text, replica) ?? faultErrors.error('FD_FAULT_UNSUPPORTED', { message, where: replica })
}
