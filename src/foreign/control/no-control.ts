import { foreignErrors } from '../errors.ts'
import type { Hand } from './replica-control.ts'

/** What is done to a service of which nobody has told how it is run: nothing. */
export class UnknownHand implements Hand {
  readonly told: string

  constructor(service: string) {
    this.told = `${service}, of which nothing says how it is run`
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

  async halt(): Promise<void> {
    throw this.#refusal()
  }

  async go(): Promise<void> {
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
      where: this.told,
      expected: 'process or compose in firedrill.yaml',
    })
  }
}
