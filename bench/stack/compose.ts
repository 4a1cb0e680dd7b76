/**
 * The shipped drill on the stack as processes and on the stack in containers, one after the other: whether the verdicts are the
 * same, how much later a crash is detected in containers, and how long the containers take to be healthy. Needs a Docker engine
 * and its images; DOCKER_HOST says where. Where none can be pulled, `npm run test:compose` builds stand-ins, and FIREDRILL_IMAGE_… name
 * them (.env.example).
 *
 *   npm run bench:compose -- [--runs 15]
 */
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { compare, measure } from '../measuring/checks.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { NOT_MEASURED } from '../measuring/needed.ts'
import { print } from '../measuring/print.ts'
import { startStack, temporaryFolder } from '../measuring/stack.ts'

/** Of the medians; of `up` with images present, until all are healthy, to the start as processes. */
const LIMITS = { timesNative: 1.2, upTimesNative: 5 }
const BIN = join(packageFolder(), 'bin', 'firedrill.js')

interface Figures {
  verdicts: Record<string, number>
  mttdMs: Distribution
  mttrMs: Distribution
}

async function measureRuns(runs: number, state: string, env: NodeJS.ProcessEnv): Promise<Figures> {
  const journals: Journal[] = []
  for (let seed = 1; seed <= runs; seed++) {
    const args = [BIN, '--state', state, 'run', 'store-crash', '--json', '--seed', String(seed)]
    const { stdout, stderr } = await execa(process.execPath, args, { reject: false, env })
    if (!stdout.startsWith('{')) throw new Error(`run ${seed} left no journal: ${stderr}`)
    journals.push(JSON.parse(stdout) as Journal)
  }
  const verdicts: Record<string, number> = {}
  for (const { verdict } of journals) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
  const of = (name: 'mttdMs' | 'mttrMs') => distribution(journals.flatMap((one) => one[name] ?? []))
  return { verdicts, mttdMs: of('mttdMs'), mttrMs: of('mttrMs') }
}

async function native(runs: number): Promise<Figures & { upMs: number }> {
  const stack = await startStack('lab')
  try {
    return { ...(await measureRuns(runs, stack.folder.path, process.env)), upMs: stack.upMs }
  } finally {
    await stack.stop()
  }
}

async function inContainers(runs: number): Promise<Figures & { upMs: number }> {
  const state = await temporaryFolder()
  const [CONSOLE_PORT, PROMETHEUS_PORT, ALERTMANAGER_PORT] = await freePorts(3)
  const env = {
    ...process.env,
    CONSOLE_PORT,
    PROMETHEUS_PORT,
    ALERTMANAGER_PORT,
    COMPOSE_PROJECT_NAME: `fd-bench-${process.pid}`,
  }
  const firedrill = (...args: string[]) => execa(process.execPath, [BIN, '--state', state, ...args], { env })
  try {
    // Once for the images, once with them present.
    await firedrill('up', '--runtime', 'compose')
    await firedrill('down', '--purge')
    const sinceMs = performance.now()
    await firedrill('up', '--runtime', 'compose')
    const upMs = performance.now() - sinceMs
    return { ...(await measureRuns(runs, state, env)), upMs }
  } finally {
    await firedrill('down', '--purge')
  }
}

async function freePorts(count: number): Promise<string[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server))
        }),
    ),
  )
  const ports = servers.map((server) => String((server.address() as { port: number }).port))
  for (const server of servers) server.close()
  return ports
}

if ((await execa('docker', ['info'], { reject: false })).exitCode !== 0) {
  print('no Docker engine answers')
  process.exit(NOT_MEASURED)
}
const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } })
const runs = Number(values.runs)
const processes = await native(runs)
const containers = await inContainers(runs)
for (const [name, { verdicts, mttdMs, mttrMs }] of Object.entries({ processes, containers })) {
  print(
    `${name.padEnd(11)} ${JSON.stringify(verdicts)}  detected ${mttdMs.median} ms (${mttdMs.min}–${mttdMs.max})  repaired ${mttrMs.median} ms`,
  )
}
const checks = [
  compare({
    ...{ what: 'detection in containers', unit: 'ms', ours: containers.mttdMs.median },
    ...{ peerName: 'as processes', peer: processes.mttdMs.median, atMost: LIMITS.timesNative },
  }),
  compare({
    ...{ what: 'start until all healthy', unit: 's', ours: containers.upMs / 1_000 },
    ...{ peerName: 'as processes', peer: processes.upMs / 1_000, atMost: LIMITS.upTimesNative },
  }),
  measure({
    ...{ what: 'verdicts that differ', atMost: 0 },
    ours: JSON.stringify(processes.verdicts) === JSON.stringify(containers.verdicts) ? 0 : 1,
  }),
]
await finish('compose', checks, { runs, processes, containers })
