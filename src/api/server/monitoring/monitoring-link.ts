import { Alertmanager } from '../../../probes/alertmanager.ts'
import { Prometheus } from '../../../probes/prometheus.ts'
import type { Runtime } from '../../../runtimes/runtime.ts'
import { type RemoteStore, storeAccess } from '../../../stack/remote-store.ts'

/** The stack's own Prometheus and Alertmanager, as control reaches them: at the addresses of the moment. */
export class MonitoringLink {
  readonly #runtime: Pick<Runtime, 'services'>
  readonly #authorizations: ReadonlyMap<string, string>
  readonly #store: RemoteStore | undefined
  /** Kept while the address is the same: it knows until when the store is complete. */
  #last: { url: string; prometheus: Prometheus } | undefined

  /**
   * @param authorizations What each part wants in the header Authorization, by name of the part.
   * @param store Where samples are read, in place of Prometheus.
   */
  constructor(
    runtime: Pick<Runtime, 'services'>,
    authorizations: ReadonlyMap<string, string>,
    store?: RemoteStore | undefined,
  ) {
    this.#runtime = runtime
    this.#authorizations = authorizations
    this.#store = store
  }

  get prometheus(): Prometheus {
    const url = this.#urlOf('prometheus')
    if (this.#last?.url !== url) {
      const store = this.#store && storeAccess(this.#store)
      const authorization = this.#authorizations.get('prometheus')
      this.#last = { url, prometheus: new Prometheus(url, { authorization, store }) }
    }
    return this.#last.prometheus
  }

  get alertmanager(): Alertmanager {
    return new Alertmanager(this.#urlOf('alertmanager'), { authorization: this.#authorizations.get('alertmanager') })
  }

  #urlOf(name: string): string {
    const address = this.#runtime.services().find((one) => one.name === name)?.replicas[0]?.address
    if (address === undefined) throw new Error(`the stack has no ${name}`)
    return `http://${address.host}:${address.port}`
  }
}
