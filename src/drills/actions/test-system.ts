import type { SystemUnderDrill } from '../system.ts'
import type { DrillAction, PutBack } from './action.ts'

/** A system that records what it is asked for; a call named in `failing` fails with the code that is given for it. */
export class TestSystem {
  readonly calls: string[] = []
  readonly #failing: Map<string, string[]>
  readonly #replicas: Record<string, number>

  constructor({
    failing = {},
    replicas = { store: 2 },
  }: { failing?: Record<string, string[]>; replicas?: Record<string, number> } = {}) {
    this.#failing = new Map(Object.entries(failing))
    this.#replicas = replicas
  }

  /** Does the action; returns what it says, and how to put it back, in the order in which it was kept. */
  async carryOut(action: DrillAction): Promise<{ detail: string; putBacks: PutBack[] }> {
    const putBacks: PutBack[] = []
    const detail = await action.do(this.#asSystem(), (putBack) => {
      this.calls.push('keep')
      putBacks.push(putBack)
    })
    return { detail, putBacks }
  }

  #call(call: string): void {
    this.calls.push(call)
    const code = this.#failing.get(call)?.shift()
    if (code !== undefined) throw Object.assign(new Error(`${call} failed`), { code })
  }

  #asSystem(): SystemUnderDrill {
    const services = Object.entries(this.#replicas).map(([name, count]) => ({
      name,
      replicas: Array.from({ length: count }, (_, index) => ({ id: `${name}-${index + 1}` })),
    }))
    const system: Partial<SystemUnderDrill> = {
      describe: async () => ({ services }) as unknown as Awaited<ReturnType<SystemUnderDrill['describe']>>,
      configure: async (service, settings) => this.#call(`configure ${service} ${JSON.stringify(settings)}`),
      scale: async (service, replicas) => this.#call(`scale ${service} ${replicas}`),
      restart: async ({ service, replica }) => this.#call(`restart ${replica ?? service}`),
      clearFaults: async () => {
        this.#call('clear faults')
        return 2
      },
      lease: async (service, takeBack) => {
        this.#call(`lease ${service} ${JSON.stringify(takeBack)}`)
        return { settle: async () => this.#call('settle'), drop: () => this.#call('drop') }
      },
    }
    return system as SystemUnderDrill
  }
}
