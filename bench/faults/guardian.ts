/**
 * What the guardian of a run on a foreign system costs: its memory while it holds nothing, and while it holds a fault of each kind that
 * it holds itself. Nothing of the system but its processes is asked, so there is no Prometheus here.
 *
 *   npm run bench:guardian -- [--seconds 10]
 */
import { readFileSync } from 'node:fs'
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
import { temporaryFolder } from '../measuring/stack.ts'

/** PSS: pages of the Node program are shared with `firedrill run`, which is there as long as the guardian is. */
const LIMITS = { pssMegabytes: 60 }
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
const figures: Record<string, number> = {}
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
for (const [state, megabytes] of Object.entries(figures)) print(`${String(megabytes).padStart(6)} MB  ${state}`)
const most = Math.max(...Object.values(figures))
await finish('guardian', [measure({ what: 'memory (PSS)', unit: 'MB', ours: most, atMost: LIMITS.pssMegabytes })], {
  pssMegabytes: figures,
})

/** The most that it takes at a look within that time, in megabytes. */
async function mostMegabytes(forMs: number): Promise<number> {
  let megabytes = 0
  for (const sinceMs = performance.now(); performance.now() - sinceMs < forMs; await sleep(LOOK_MS)) {
    const memory = readFileSync(`/proc/${guardian.pid}/smaps_rollup`, 'utf8')
    megabytes = Math.max(megabytes, Math.round((Number(/^Pss:\s+(\d+) kB/m.exec(memory)?.[1]) * 1_024) / 1e6))
  }
  return megabytes
}
