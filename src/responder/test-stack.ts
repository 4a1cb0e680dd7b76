import type { Actuator, Replica } from './actions/actuator.ts'

/** A control API in memory: a store and workers that obey every call, and record it. */
export class TestStack implements Actuator {
  readonly did: string[] = []
  /** When each restart was asked for, by performance.now(). */
  readonly restartedMs: number[] = []
  readonly replicas = new Map<string, Replica[]>()
  failWith: Error | undefined
  /** The clock by which control shows since when a replica is as it is. */
  wallMs: () => number = Date.now

  constructor(replicas: Record<string, number> = { store: 1, worker: 1 }, state = 'healthy') {
    for (const [service, count] of Object.entries(replicas)) this.#set(service, count, state)
  }

  get(id: string): Replica {
    const found = [...this.replicas.values()].flat().find((one) => one.id === id)
    if (found === undefined) throw new Error(`no ${id}`)
    return found
  }

  async services(): Promise<Map<string, Replica[]>> {
    return structuredClone(this.replicas)
  }

  async restart({ replica }: { replica: string }): Promise<void> {
    this.did.push(`restart ${replica}`)
    this.restartedMs.push(performance.now())
    if (this.failWith !== undefined) throw this.failWith
    Object.assign(this.get(replica), { state: 'healthy', sinceMs: this.wallMs() })
  }

  async scale(service: string, replicas: number): Promise<void> {
    this.did.push(`scale ${service} ${replicas}`)
    if (this.failWith !== undefined) throw this.failWith
    this.#set(service, replicas, 'healthy')
  }

  async configure(service: string, settings: Record<string, string | null>): Promise<void> {
    this.did.push(`configure ${service} ${JSON.stringify(settings)}`)
    if (this.failWith !== undefined) throw this.failWith
    for (const one of this.replicas.get(service) ?? []) one.configured = []
  }

  async clearFaults(): Promise<number> {
    this.did.push('clear faults')
    return 2
  }

  #set(service: string, count: number, state: string): void {
    const ids = Array.from({ length: count }, (_, index) => `${service}-${index + 1}`)
    this.replicas.set(
      service,
      ids.map((id) => ({ id, state, sinceMs: 0 })),
    )
  }
}
