import { foreignErrors } from '../errors.ts'
import type { ReplicaControl } from './replica-control.ts'

/** What is done to a service of which nobody has told how it is run: nothing. */
export class NoControl implements ReplicaControl {
  readonly description: string

  constructor(service: string) {
    this.description = `${service}, of which nothing says how it is run`
  }

  async look(): Promise<undefined> {
    return undefined
  }

  lives(): boolean {
    return false
  }

  async signal(): Promise<void> {
    throw this.#refusal()
  }

  async freeze(): Promise<void> {
    throw this.#refusal()
  }

  async thaw(): Promise<void> {
    throw this.#refusal()
  }

  async stop(): Promise<void> {
    throw this.#refusal()
  }

  async start(): Promise<void> {
    throw this.#refusal()
  }

  async log(): Promise<string[]> {
    return []
  }

  async close(): Promise<void> {}

  #refusal() {
    return foreignErrors.error('FD_FOREIGN_PROCESS', {
      message: 'nothing can be done to it',
      where: this.description,
      expected: 'process or compose in firedrill.yaml',
    })
  }
}
