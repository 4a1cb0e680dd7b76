/**
 * What the guardian of a run on a foreign system costs: its memory while it holds nothing, and while it holds a fault of each kind that
 * it holds itself. Nothing of the system but its processes is asked, so there is no Prometheus here.
 *
 * The limit is for PSS, in which a page that several processes share counts for each in part: most of what is resident is the program of
 * Node itself, mapped from its file. `firedrill run`, which is there as long as the guardian is, has the same pages, and with any other
 * Node process on the machine they are shared again. What is resident, and what goes with the guardian when it ends, stand beside it.
 *
 *   npm run bench:guardian -- [--seconds 10]
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { sleep } from '../../src/base/wait.ts'
import { startGuardian } from '../../src/foreign/guardian/start-guardian.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { measure } from '../measuring/checks.ts'
import { finish } from '../measuring/finish.ts'
import { startPinned } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { type ProcessMemory, processMemory } from '../measuring/process-memory.ts'
import { temporaryFolder } from '../measuring/stack.ts'

const LIMITS = { pssMegabytes: 60, ownMegabytes: 45 }
const LOOK_MS = 500
const FAULTS = [
  { fault: 'cpu', params: { duty: '5%' } },
  { fault: 'disk-fill', params: { size: '64MiB' } },
] as const

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } })
const path = await temporaryFolder()
const program = join(packageFolder(), 'dist', 'bench', 'measuring', 'bare-server.js')
const env = { PATH: process.env.PATH ?? '' }
const bare = await startPinned({ name: 'bare server', core: 0, env, command: () => [process.execPath, program] })
const description = `name: bare
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
services:
  bare: { urls: ["${bare.url}"], process: { port: ${new URL(bare.url).port}, start: [node] }, disk: data }
`
const file = join(path, 'firedrill.yaml')
await writeFile(file, description)
await mkdir(join(path, 'data'))
const folder = new StateFolder(path)
await folder.makeRecords()
const guardian = await startGuardian(file, folder)
const figures: Record<string, ProcessMemory> = {}
try {
  figures.idle = await mostMegabytes(Number(values.seconds) * 1_000)
  for (const { fault, params } of FAULTS) {
    const { id, landing } = await guardian.inject({ fault, service: 'bare', params, forMs: 600_000 })
    if (!landing.landed) throw new Error(landing.proof)
    figures[fault] = await mostMegabytes(Number(values.seconds) * 1_000)
    await guardian.lift(id)
  }
} finally {
  await guardian.close()
  await bare.stop()
  await rm(path, { recursive: true })
}
for (const [state, { resident, pss, own }] of Object.entries(figures)) {
  print(`${state.padEnd(10)} PSS ${pss} MB, its own ${own} MB, resident ${resident} MB`)
}
const most = (of: keyof ProcessMemory) => Math.max(...Object.values(figures).map((memory) => memory[of]))
const checks = [
  measure({ what: 'memory (PSS)', unit: 'MB', ours: most('pss'), atMost: LIMITS.pssMegabytes }),
  measure({ what: 'memory of its own', unit: 'MB', ours: most('own'), atMost: LIMITS.ownMegabytes }),
  measure({ what: 'resident, with the program of Node', unit: 'MB', ours: most('resident') }),
]
await finish('guardian', checks, { megabytes: figures })

/** The most that it takes at a look within that time, in whole megabytes. */
async function mostMegabytes(forMs: number): Promise<ProcessMemory> {
  const memory: ProcessMemory = { resident: 0, pss: 0, own: 0 }
  for (const sinceMs = performance.now(); performance.now() - sinceMs < forMs; await sleep(LOOK_MS)) {
    const now = processMemory(guardian.pid ?? 0)
    for (const name of ['resident', 'pss', 'own'] as const) memory[name] = Math.max(memory[name], Math.round(now[name]))
  }
  return memory
}
