import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { COORDINATION, LEFT_ANNOTATION } from './undo-record.ts'

/** Renews the Lease of a change: the Job undoes the change when nobody does. */
export class LeaseRenewal {
  readonly #cluster: Pick<Cluster, 'request'>
  readonly #path: string

  constructor(cluster: Pick<Cluster, 'request'>, { namespace, lease }: { namespace: string; lease: string }) {
    this.#cluster = cluster
    this.#path = resourcePath({ api: COORDINATION, namespace, resource: 'leases', name: lease })
  }

  /** Renews it now; `leftMs`: how much of the fault's time is left, once that runs. False when it is gone. @throws what a request throws */
  async now(leftMs?: number): Promise<boolean> {
    const annotations = leftMs === undefined ? {} : { [LEFT_ANNOTATION]: String(leftMs) }
    const body = { metadata: { annotations }, spec: { renewTime: microTime() } }
    try {
      await this.#cluster.request({ method: 'PATCH', path: this.#path, body, timeoutMs: RENEWED_WITHIN_MS })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** Renews it while something is done that can take longer than the Lease lasts. */
  async during<T>(act: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void this.now().catch(() => undefined), RENEW_EVERY_MS)
    try {
      return await act()
    } finally {
      clearInterval(timer)
    }
  }
}

/** How often a Lease is renewed, and how long that may take, in milliseconds. */
export const RENEW_EVERY_MS = 1_000
const RENEWED_WITHIN_MS = 2_000

/** A time as Leases have it: with microseconds. */
export function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z')
}
