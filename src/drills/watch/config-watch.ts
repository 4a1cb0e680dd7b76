import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import type { Observations } from '../evidence/observations.ts'

/** Watches whether Alertmanager keeps the configuration that it had when the run began: another one sends and holds back other alerts. */
export class ConfigWatch {
  readonly #alertmanager: Pick<Alertmanager, 'status'>
  readonly #observations: Pick<Observations, 'addChange'>
  readonly #first: string | undefined
  /** When the last look began that found it as before. */
  #lookedMs = Date.now()

  /** Without a configuration there is nothing to compare with: it is not shown. */
  constructor(
    alertmanager: Pick<Alertmanager, 'status'>,
    observations: Pick<Observations, 'addChange'>,
    config: string | undefined,
  ) {
    this.#alertmanager = alertmanager
    this.#observations = observations
    this.#first = config
  }

  /** Resolves with true when there is nothing to watch any more: the first change counts. */
  async look(options: ProbeOptions): Promise<boolean> {
    if (this.#first === undefined) return true
    const beganMs = Date.now()
    const { config } = await this.#alertmanager.status(options)
    if (config === undefined) return false
    if (config === this.#first) {
      this.#lookedMs = beganMs
      return false
    }
    const text = 'the configuration of Alertmanager changed'
    this.#observations.addChange({ part: 'alertmanager', atMs: Date.now(), afterMs: this.#lookedMs, text })
    return true
  }
}
