import type { ProbeOptions } from '../../probes/json.ts'
import type { MonitoringChange, Observations } from '../evidence/observations.ts'

/** Watches whether a server keeps the configuration that it had when the run began: another one evaluates, sends and holds back otherwise. */
export class ConfigWatch {
  readonly #server: Configured
  readonly #observations: Pick<Observations, 'addChange'>
  readonly #first: Configs
  /** When the last look began that found it as before. */
  #lookedMs = Date.now()

  /** A replica without a configuration in `first` is not watched: there is nothing to compare with. */
  constructor(server: Configured, observations: Pick<Observations, 'addChange'>, first: Configs) {
    this.#server = server
    this.#observations = observations
    this.#first = first
  }

  /** Resolves with true when there is nothing to watch any more: the first change counts. */
  async look(options: ProbeOptions): Promise<boolean> {
    if (this.#first.every((config) => config === undefined)) return true
    const { part, name, read } = this.#server
    const beganMs = Date.now()
    const now = await read(options)
    const isOther = this.#first.some(
      (config, index) => config !== undefined && now[index] !== undefined && now[index] !== config,
    )
    if (!isOther) {
      // One that is not shown may be another one already.
      if (this.#first.every((config, index) => config === undefined || now[index] !== undefined))
        this.#lookedMs = beganMs
      return false
    }
    const text = `the configuration of ${name} changed`
    this.#observations.addChange({ part, atMs: Date.now(), afterMs: this.#lookedMs, text })
    return true
  }
}

/** Configurations of one kind of server, one for each replica; `undefined` for one that does not show it. */
export type Configs = readonly (string | undefined)[]

export interface Configured {
  part: MonitoringChange['part']
  /** For people: "Alertmanager". */
  name: string
  read(options: ProbeOptions): Promise<Configs>
}
