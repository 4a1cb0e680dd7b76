import { messageOf } from '../../base/errors.ts'
import type { Troubles } from '../../base/system/troubles.ts'
import type { Prometheus } from '../../probes/prometheus.ts'

/** Watches the store that samples are read from. */

const LOOK_EVERY_MS = 5_000
const LOOK_TIMEOUT_MS = 3_000

/** Watches whether the store that samples are read from has what Prometheus sends to it. Where there is none, it does nothing. */
export class StoreWatch {
  readonly #troubles: Troubles
  readonly #prometheus: () => Pick<Prometheus, 'store'>
  #timer: NodeJS.Timeout | undefined

  /** @param prometheus As it is reached at the moment. */
  constructor(prometheus: () => Pick<Prometheus, 'store'>, troubles: Troubles) {
    this.#prometheus = prometheus
    this.#troubles = troubles
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    const problem = await this.#problem().catch(messageOf)
    if (problem === undefined) this.#troubles.end('metrics', '')
    else this.#troubles.begin('metrics', '', `${problem}: the console reads samples there`)
  }

  async #problem(): Promise<string | undefined> {
    const { store } = this.#prometheus()
    return store?.whyUnfit(await store.look({ timeoutMs: LOOK_TIMEOUT_MS }))
  }
}
