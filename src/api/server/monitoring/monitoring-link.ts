import { Alertmanager } from '../../../probes/alertmanager.ts'
import { Prometheus } from '../../../probes/prometheus.ts'
import type { Runtime } from '../../../runtimes/runtime.ts'

/** The stack's own Prometheus and Alertmanager, as control reaches them: at the addresses of the moment. */
export class MonitoringLink {
  readonly #runtime: Pick<Runtime, 'services'>
  readonly #authorizations: ReadonlyMap<string, string>

  /** @param authorizations What each part wants in the header Authorization, by name of the part. */
  constructor(runtime: Pick<Runtime, 'services'>, authorizations: ReadonlyMap<string, string>) {
    this.#runtime = runtime
    this.#authorizations = authorizations
  }

  get prometheus(): Prometheus {
    return new Prometheus(this.#urlOf('prometheus'), { authorization: this.#authorizations.get('prometheus') })
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
