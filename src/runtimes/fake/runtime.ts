import type { Topology } from '../../stack/part.ts'
import { SupervisedRuntime } from '../supervised-runtime.ts'
import { FakeHost } from './host.ts'

/** Runs nothing: the supervisor over replicas in memory. */
export class FakeRuntime extends SupervisedRuntime {
  readonly #host: FakeHost

  constructor({ parts }: Pick<Topology, 'parts'>) {
    const host = new FakeHost()
    super(parts, host)
    this.#host = host
  }

  /** From now on the replica answers no health check, until it is started again. */
  hang(id: string): void {
    this.#host.hang(id)
  }
}
