/**
 * Load from several workers: how much more four make than one, and what a user costs. Each worker is a process with the same small share of
 * one core (a cgroup's quota, a slice every 50 ms), so that a machine with two cores shows what machines of their own would: nginx has
 * the other core. As root, for the cgroups.
 *
 *   npm run bench:workers -- [--seconds 10] [--workers 4] [--quota 0.05]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { type Check, compare, measure } from '../measuring/checks.ts'
import { finish } from '../measuring/finish.ts'
import { hasAll } from '../measuring/needed.ts'
import { print } from '../measuring/print.ts'
import { perSecond } from './generators.ts'
import { startNginx } from './servers.ts'
import { canLimit, WorkerProcesses } from './worker-processes.ts'

/** Of the rate of one; of 1,000 users. What was lost is counted, and it is never none by luck. */
const LIMITS = { ofOnePerWorker: 0.9, megabytesOfThousand: 30 } as const
const USERS = 16
const WARM_SECONDS = 5
const IDLE_USERS = 5_000

const journey = (name: string) => join(packageFolder(), 'dist', 'bench', 'load', 'journeys', `${name}.js`)

/** Requests per second of that many workers, with as many users each. */
async function measureRate(
  processes: WorkerProcesses,
  url: string,
  { workers, seconds }: { workers: number; seconds: number },
) {
  const users = String(USERS * workers)
  const args = ['--journey', journey('hello'), '--users', users, '--spawn-rate', '1000', '--duration', `${seconds}s`]
  const result = await processes.load(url, { workers, args })
  const shares = result.workers?.map(({ requests }) => requests) ?? []
  const lost = result.workers?.filter((worker) => worker.lost !== null).length ?? workers
  return { requestsPerSecond: Math.round(perSecond(result)), failures: result.total.failures, shares, lost }
}

/** Memory of users that have asked once and wait, over that of a worker without any. */
async function measureMemory(processes: WorkerProcesses, url: string) {
  const args = [
    '--journey',
    journey('idle'),
    '--users',
    String(2 * IDLE_USERS),
    '--spawn-rate',
    '2000',
    '--duration',
    '8s',
  ]
  const before = processes.peakMegabytes(2)
  const result = await processes.load(url, { workers: 2, args })
  const after = processes.peakMegabytes(2)
  const ofThousand = after.map((megabytes, index) => (megabytes - (before[index] ?? 0)) / (IDLE_USERS / 1_000))
  const users = Math.max(...result.history.map((second) => second.users))
  return { users, failures: result.total.failures, before, after, megabytesOfThousand: Math.max(...ofThousand) }
}

function checksOf({ ones, all, memory, workers }: Figures): Check[] {
  // One before and one after: the machine may have got faster or slower.
  const peer = ones.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0) / ones.length
  const runs = [...ones, all]
  const failures = runs.reduce((sum, run) => sum + run.failures, memory.failures)
  const lost = runs.reduce((sum, run) => sum + run.lost, 0)
  const [atLeast, what] = [workers * LIMITS.ofOnePerWorker, `requests of ${workers} workers`]
  const { users, megabytesOfThousand } = memory
  return [
    compare({ what, unit: '/s', ours: all.requestsPerSecond, peerName: 'one', peer, atLeast }),
    measure({ what: 'idle users of two', ours: users, atLeast: 2 * IDLE_USERS }),
    measure({
      what: 'memory of 1,000 users',
      unit: 'MB',
      ours: megabytesOfThousand,
      atMost: LIMITS.megabytesOfThousand,
    }),
    measure({ what: 'failed requests', ours: failures, atMost: 0 }),
    measure({ what: 'workers lost', ours: lost, atMost: 0 }),
  ]
}

interface Figures {
  ones: readonly Awaited<ReturnType<typeof measureRate>>[]
  all: Awaited<ReturnType<typeof measureRate>>
  memory: Awaited<ReturnType<typeof measureMemory>>
  workers: number
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      workers: { type: 'string', default: '4' },
      quota: { type: 'string', default: '0.05' },
    },
  })
  if (!hasAll({ 'nginx-light': ['nginx', '-v'], 'util-linux': ['taskset', '--version'] })) return
  if (!canLimit())
    return print('left out: a share of a core can be set only as root, with a cgroup that can be written')
  const [seconds, workers, quota] = [Number(values.seconds), Number(values.workers), Number(values.quota)]
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-workers-'))
  const nginx = await startNginx(folder)
  const limited = new WorkerProcesses(folder)
  const free = new WorkerProcesses(folder)
  try {
    await limited.start(workers, quota)
    // A process is slower in its first seconds: all of them have those behind them.
    await measureRate(limited, nginx.url, { workers, seconds: WARM_SECONDS })
    const before = await measureRate(limited, nginx.url, { workers: 1, seconds })
    print(`1 worker             ${JSON.stringify(before)}`)
    const all = await measureRate(limited, nginx.url, { workers, seconds })
    print(`${workers} workers            ${JSON.stringify(all)}`)
    const after = await measureRate(limited, nginx.url, { workers: 1, seconds })
    print(`1 worker             ${JSON.stringify(after)}`)
    await limited.stop()
    await free.start(2)
    const memory = await measureMemory(free, nginx.url)
    print(`idle users           ${JSON.stringify(memory)}`)
    const checks = checksOf({ ones: [before, after], all, memory, workers })
    await finish('workers', checks, { seconds, workers, quota, before, all, after, memory })
  } finally {
    await limited.stop()
    await free.stop()
    nginx.child.kill('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
