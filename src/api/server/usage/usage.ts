import { messageOf } from '../../../base/errors.ts'
import { promDuration } from '../../../base/units/duration.ts'
import { Prometheus, type Sample } from '../../../probes/prometheus.ts'
import type { ReplicaStatus, Runtime } from '../../../runtimes/runtime.ts'
import type { UsageView } from '../../contract.ts'
import { OwnUsage } from './own-usage.ts'
import { ProcessUsage, type Used } from './process-usage.ts'

/** Collects what each replica uses. */

/** Everybody who asks within this time gets the same answer: many open pages cost no more than one. */
const FRESH_MS = 1_000
const PROBE = { timeoutMs: 2_000 }
/** A rate needs two scrapes, and one of them may fail. */
const SCRAPES = 4
const CONTROL = 'control'
const UNKNOWN: Used = { cpuCores: null, memoryBytes: null }

/** What each replica uses: from /proc where its processes run on this machine, else from its own metrics in Prometheus. */
export class Usage {
  readonly #options: UsageOptions
  readonly #processes = new ProcessUsage()
  readonly #own = new OwnUsage()
  #latest: { atMs: number; view: Promise<UsageView> } | undefined

  constructor(options: UsageOptions) {
    this.#options = options
  }

  view(): Promise<UsageView> {
    const nowMs = performance.now()
    if (this.#latest === undefined || nowMs - this.#latest.atMs > FRESH_MS)
      this.#latest = { atMs: nowMs, view: this.#look() }
    return this.#latest.view
  }

  async #look(): Promise<UsageView> {
    const problems: string[] = []
    const replicas = this.#replicas()
    const [processes, scraped] = await Promise.all([
      this.#fromProcesses(replicas),
      this.#fromPrometheus().catch((error: unknown) => {
        problems.push(`prometheus: ${messageOf(error)}`)
        return undefined
      }),
    ])
    return {
      atMs: Date.now(),
      machine: processes?.machine ?? null,
      replicas: [
        ...replicas.map(({ service, status: { id } }) => ({
          service,
          replica: id,
          ...((processes ?? scraped)?.used.get(id) ?? UNKNOWN),
          up: scraped?.up.get(id) ?? null,
        })),
        // Its descendants are the parts, so that /proc would count them with it.
        { service: CONTROL, replica: CONTROL, ...this.#own.read(), up: scraped?.up.get(CONTROL) ?? null },
      ],
      problems,
    }
  }

  #replicas(): Listed[] {
    const parts = this.#options.runtime.services()
    return parts.flatMap(({ name, replicas }) => replicas.map((status) => ({ service: name, status })))
  }

  async #fromProcesses(replicas: readonly Listed[]) {
    if (!this.#options.runsHere || process.platform !== 'linux') return undefined
    const pids = replicas.flatMap(({ status: { id, pid } }) => (pid === undefined ? [] : [[id, pid] as const]))
    return this.#processes.read(new Map(pids))
  }

  async #fromPrometheus(): Promise<{ up: Map<string, boolean>; used: Map<string, Used> }> {
    const { runtime, authorizations, exporterScrapeMs, runsHere } = this.#options
    const address = runtime.services().find(({ name }) => name === 'prometheus')?.replicas[0]?.address
    if (address === undefined) throw new Error('the stack has no prometheus')
    const authorization = authorizations.get('prometheus')
    const access = authorization === undefined ? {} : { authorization }
    const prometheus = new Prometheus(`http://${address.host}:${address.port}`, access)
    const ask = async (expression: string) => byInstance(await prometheus.query(expression, PROBE))
    const window = promDuration(SCRAPES * exporterScrapeMs)
    const [up, cpu, memory] = await Promise.all([
      ask('up{service!=""}'),
      ...(runsHere && process.platform === 'linux'
        ? []
        : [
            ask(`rate(process_cpu_seconds_total{service!=""}[${window}])`),
            ask('process_resident_memory_bytes{service!=""}'),
          ]),
    ])
    const used = [...up].map(
      ([id]) => [id, { cpuCores: cpu?.get(id) ?? null, memoryBytes: memory?.get(id) ?? null }] as const,
    )
    return { up: new Map([...up].map(([id, value]) => [id, value === 1])), used: new Map(used) }
  }
}

export interface UsageOptions {
  runtime: Runtime
  authorizations: ReadonlyMap<string, string>
  /** How often the slowest part is scraped, in milliseconds. */
  exporterScrapeMs: number
  /** Whether the pids of the runtime are those of this machine. */
  runsHere: boolean
}

interface Listed {
  service: string
  status: Pick<ReplicaStatus, 'id' | 'pid'>
}

function byInstance(samples: (Sample & { labels: Record<string, string> })[]): Map<string, number> {
  return new Map(samples.map(({ labels, value }) => [labels.instance ?? '', value]))
}
