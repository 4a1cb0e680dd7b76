import { hostname } from 'node:os'
import { FiredrillError, messageOf } from '../../../base/errors.ts'
import type { Holder, Turn, TurnPlace } from '../../../base/turn.ts'
import { sleep } from '../../../base/wait.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { microTime } from '../undo/lease-renewal.ts'
import { COORDINATION } from '../undo/undo-record.ts'
import { HeldTurn } from './held-turn.ts'
import { holderOf, LASTS_MS, TURN_ANNOTATION, TURN_LEASE, type TurnLease, type TurnWish } from './turn-lease.ts'

/** Whose turn it is in a namespace of a cluster: one run at a time, from any machine. */

/**
 * A turn is a Lease with a fixed name, which its holder creates, renews and deletes: of two that create it one is refused by the API server.
 * No clocks are compared to end the turn of another one: it has ended when its Lease has stayed the same for longer than it lasts, by our
 * clock; then it is replaced by its version, which again only one can do.
 */
export class ClusterTurn implements TurnPlace {
  readonly #cluster: Pick<Cluster, 'request'>
  readonly #namespace: string
  readonly #lastsMs: number
  /** How often the Lease of another one is read. */
  readonly #lookEveryMs: number
  #seen: Seen | undefined

  /** `lastsMs`: of a turn that nobody renews. */
  constructor(cluster: Pick<Cluster, 'request'>, namespace: string, lastsMs = LASTS_MS) {
    this.#cluster = cluster
    this.#namespace = namespace
    this.#lastsMs = lastsMs
    this.#lookEveryMs = lastsMs / 10
  }

  /** Where no Lease may be made, the turn is given, with a note. @throws what a request throws; the signal's reason */
  async take(own: Holder, signal?: AbortSignal): Promise<{ turn: Turn } | { holder: Holder | undefined }> {
    const { lookedMs = Number.NEGATIVE_INFINITY, holder } = this.#seen ?? {}
    if (performance.now() - lookedMs < this.#lookEveryMs) return { holder }
    const wanted = this.#wanted(own)
    let first: string | undefined
    for (;;) {
      const made = await this.#create(wanted)
      if (made !== undefined) return { turn: made }
      const lease = await this.#read()
      // It has ended just now.
      if (lease === undefined) continue
      const seen = this.#look(lease)
      first ??= seen.version
      if (performance.now() - seen.sinceMs > this.#lastsMs) {
        const replaced = await this.#replace(lease, wanted)
        return replaced === undefined ? { holder: seen.holder } : { turn: this.#held(replaced) }
      }
      // One that lives is renewed meanwhile.
      if (seen.version !== first || !this.#looksLeft(lease)) return { holder: seen.holder }
      await sleep(this.#lookEveryMs, signal)
    }
  }

  /** `undefined` where somebody has it. */
  async #create(wanted: TurnWish): Promise<Turn | undefined> {
    const path = resourcePath({ api: COORDINATION, namespace: this.#namespace, resource: 'leases' })
    try {
      return this.#held(await this.#cluster.request<TurnLease>({ method: 'POST', path, body: wanted }))
    } catch (error) {
      if (isCode(error, 'FD_KUBERNETES_FORBIDDEN')) return this.#unguarded(error)
      if (isCode(error, 'FD_KUBERNETES_CONFLICT')) return undefined
      throw error
    }
  }

  #look(lease: TurnLease): Seen {
    const { uid, resourceVersion } = lease.metadata
    const version = `${uid} ${resourceVersion}`
    const lookedMs = performance.now()
    const sinceMs = this.#seen?.version === version ? this.#seen.sinceMs : lookedMs
    this.#seen = { version, sinceMs, lookedMs, holder: holderOf(lease) }
    return this.#seen
  }

  /** Whether it may be of a run that is gone, by a clock that may be another one. */
  #looksLeft({ spec: { renewTime } }: TurnLease): boolean {
    const renewedMs = Date.parse(renewTime ?? '')
    return Number.isNaN(renewedMs) || Math.abs(Date.now() - renewedMs) > this.#lastsMs
  }

  async #read(): Promise<TurnLease | undefined> {
    try {
      return await this.#cluster.request<TurnLease>({ path: this.#path })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  /** The turn of one that is gone; `undefined` where somebody else was faster. */
  async #replace({ metadata: { resourceVersion } }: TurnLease, wanted: TurnWish): Promise<TurnLease | undefined> {
    const body = { ...wanted, metadata: { ...wanted.metadata, resourceVersion } }
    try {
      return await this.#cluster.request<TurnLease>({ method: 'PATCH', path: this.#path, body })
    } catch (error) {
      if (isNotFound(error) || isCode(error, 'FD_KUBERNETES_CONFLICT')) return undefined
      throw error
    }
  }

  #held(lease: TurnLease): Turn {
    const place = { cluster: this.#cluster, namespace: this.#namespace, path: this.#path }
    return new HeldTurn(place, lease, this.#lastsMs)
  }

  #unguarded(error: unknown): Turn {
    const note = `runs from other machines are not kept out of ${this.#namespace}: ${messageOf(error)}; \`firedrill system role\` prints the rights`
    return { note, end: async () => undefined }
  }

  get #path(): string {
    return resourcePath({ api: COORDINATION, namespace: this.#namespace, resource: 'leases', name: TURN_LEASE })
  }

  #wanted({ name, pid, sinceMs }: Holder): TurnWish {
    const host = hostname()
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: {
        name: TURN_LEASE,
        namespace: this.#namespace,
        labels: { 'app.kubernetes.io/managed-by': 'firedrill' },
        annotations: { [TURN_ANNOTATION]: JSON.stringify({ name, pid, sinceMs, host }) },
      },
      spec: {
        holderIdentity: `firedrill on ${host}, pid ${pid}`,
        leaseDurationSeconds: Math.ceil(this.#lastsMs / 1_000),
        renewTime: microTime(),
      },
    }
  }
}

/** The Lease of another run, as it was at the last look. */
interface Seen {
  version: string
  /** Since when it is the same, and when that was looked at: by the monotonic clock. */
  sinceMs: number
  lookedMs: number
  holder: Holder | undefined
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof FiredrillError && error.code === code
}
