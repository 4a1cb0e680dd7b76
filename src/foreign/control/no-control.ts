import { foreignErrors } from '../errors.ts'
import type { ReplicaControl } from './replica-control.ts'

/** The control of a service without process, systemd or compose in firedrill.yaml: every act is refused. */
export class NoControl implements ReplicaControl {
  readonly description: string

  constructor(service: string) {
    this.description = `${service}, which has no process, systemd or compose in firedrill.yaml`
  }

  async look(): Promise<undefined> {
    return undefined
  }

  lives(): boolean {
    return false
  }

  local(): undefined {
    return undefined
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
      message: 'it cannot be started, stopped or signalled',
      where: this.description,
      expected: 'process, systemd or compose in firedrill.yaml',
    })
  }
}
