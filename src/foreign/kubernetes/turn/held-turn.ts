import type { Turn } from '../../../base/turn.ts'
import { type Cluster, httpStatusOf } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { foreignErrors } from '../../errors.ts'
import { microTime } from '../undo/lease-renewal.ts'
import { COORDINATION } from '../undo/undo-record.ts'
import { holderOf, LASTS_MS, TURN_ANNOTATION, type TurnLease } from './turn-lease.ts'

/** A turn in a namespace, while this process has it. */

/** Bound of a renewal, in milliseconds. */
const RENEWED_WITHIN_MS = 2_000
const CONFLICT = 409
const NOT_FOUND = 404

/**
 * A turn that this process has: its Lease is renewed until the end. When another run has taken it over, because nothing was renewed for too
 * long (a machine that slept, a network that was away), `lost` is aborted.
 */
export class HeldTurn implements Turn {
  readonly #place: { cluster: Pick<Cluster, 'request'>; namespace: string; path: string }
  readonly #timer: NodeJS.Timeout
  readonly #lost = new AbortController()
  #lease: TurnLease
  #renewing: Promise<void> | undefined
  #isOver = false

  /** `lastsMs`: how long the turn lasts that nobody renews. */
  constructor(
    place: { cluster: Pick<Cluster, 'request'>; namespace: string; path: string },
    lease: TurnLease,
    lastsMs = LASTS_MS,
  ) {
    this.#place = place
    this.#lease = lease
    this.#timer = setInterval(() => {
      this.#renewing ??= this.#renew()
        // What does not answer now is asked again.
        .catch(() => undefined)
        .finally(() => {
          this.#renewing = undefined
        })
    }, lastsMs / 4)
    this.#timer.unref()
  }

  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Never rejects: what is not deleted ends by itself. */
  async end(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    clearInterval(this.#timer)
    await this.#renewing
    const { uid, resourceVersion } = this.#lease.metadata
    const body = { preconditions: { uid, resourceVersion } }
    await this.#place.cluster
      .request({ method: 'DELETE', path: this.#place.path, body, timeoutMs: RENEWED_WITHIN_MS })
      .catch(() => undefined)
  }

  async #renew(): Promise<void> {
    const { cluster, path } = this.#place
    const { resourceVersion } = this.#lease.metadata
    const body = { metadata: { resourceVersion }, spec: { renewTime: microTime() } }
    const timeoutMs = RENEWED_WITHIN_MS
    try {
      this.#lease = await cluster.request<TurnLease>({ method: 'PATCH', path, body, timeoutMs })
    } catch (error) {
      const status = httpStatusOf(error)
      if (status === NOT_FOUND) await this.#create()
      else if (status === CONFLICT) await this.#readAgain()
      else throw error
    }
  }

  /** Somebody has deleted it by hand: who is faster now has the turn. */
  async #create(): Promise<void> {
    const { cluster, namespace } = this.#place
    const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases' })
    const { apiVersion = 'coordination.k8s.io/v1', kind = 'Lease', metadata, spec } = this.#lease
    const { name, labels, annotations } = metadata
    const body = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec }
    try {
      this.#lease = await cluster.request<TurnLease>({ method: 'POST', path, body, timeoutMs: RENEWED_WITHIN_MS })
    } catch (error) {
      if (httpStatusOf(error) !== CONFLICT) throw error
      await this.#readAgain()
    }
  }

  async #readAgain(): Promise<void> {
    const { cluster, path } = this.#place
    const now = await cluster.request<TurnLease>({ path, timeoutMs: RENEWED_WITHIN_MS })
    const [ours, theirs] = [this.#lease, now].map(({ metadata }) => metadata.annotations?.[TURN_ANNOTATION])
    // Only touched, by a person or a program that adds a label.
    if (ours === theirs) this.#lease = now
    else this.#lose(now)
  }

  #lose(lease: TurnLease): void {
    clearInterval(this.#timer)
    const { name, host } = holderOf(lease) ?? { name: 'another run', host: 'another machine' }
    this.#lost.abort(
      foreignErrors.error('FD_FOREIGN_TURN_LOST', {
        message: `${name} on ${host} has taken the turn in ${this.#place.namespace}: this run had not renewed it for too long`,
      }),
    )
  }
}
