import { defineJourney, weight } from '../journey/journey.ts'
import type { AnyJourney } from '../journey/journeys.ts'
import { type LoadRunOptions, runLoad } from '../run-load.ts'
import { localShard } from '../shard/shard.ts'
import { type Carrier, httpCarrier } from './carrier.ts'
import { WorkerGroup } from './worker-group.ts'
import { type LoadWorker, startWorker, type WorkerOptions } from './worker-server.ts'

/** Workers of this process, at real sockets, and a load on them. Their shards share this thread; those of processes are tested end to end. */
export class TestWorkers {
  readonly workers: LoadWorker[] = []
  readonly groups: WorkerGroup[] = []
  /** What became of the workers, in a few words each. */
  readonly changes: string[] = []
  /** What users do, whatever the journey that a worker was sent. */
  journey: AnyJourney = defineJourney({ summary: '', think: '5ms', tasks: [weight(1, (user) => user.get('/'))] })

  async start(options: Partial<WorkerOptions> = {}): Promise<LoadWorker> {
    const worker = await startWorker({
      listen: { host: '127.0.0.1', port: 0 },
      token: TOKEN,
      threads: 1,
      allowRemote: false,
      startShard: ({ journey: _, ...shard }, onEvent) => localShard({ ...shard, journey: this.journey }, onEvent),
      onChange: (text) => this.changes.push(text),
      onFree: () => undefined,
      ...options,
    })
    this.workers.push(worker)
    return worker
  }

  async group(carriers: readonly Carrier[] = this.workers.map(carrierTo), token = TOKEN): Promise<WorkerGroup> {
    const group = await WorkerGroup.open(carriers, { token, journey: 'browse' })
    this.groups.push(group)
    return group
  }

  /** Ends all that was started. */
  async close(): Promise<void> {
    for (const group of this.groups.splice(0)) await group.close()
    for (const worker of this.workers.splice(0)) await worker.close()
    this.changes.length = 0
  }
}

export const TOKEN = 'the-token-of-these-tests'

export function carrierTo({ place }: Pick<LoadWorker, 'place'>): Carrier {
  return httpCarrier(place, { host: '127.0.0.1', port: Number(place.split(':').at(-1)) })
}

/** Nine users for a second and a half, unless said otherwise. */
export function runWith(group: WorkerGroup, origin: string, options: Partial<LoadRunOptions> = {}) {
  return runLoad({
    journey: 'browse',
    origins: [origin],
    plan: { model: 'closed', users: 9, spawnRatePerSecond: 1_000 },
    threads: group.threads,
    seed: 4,
    timeoutMs: 5_000,
    durationMs: 1_500,
    thresholds: [],
    abortOnFail: false,
    graceMs: 2_000,
    network: { allowRemote: false },
    signal: new AbortController().signal,
    // All of them share this thread with the target, and the machine with other tests.
    judge: ({ latencyP99Ms: _, ...measured }) => ({ saturated: false, ...measured }),
    group,
    ...options,
  })
}
