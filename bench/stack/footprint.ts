/**
 * What the idle stack costs: time to start, memory (PSS, summed over every process of the stack) and CPU. The start is measured
 * beside that of a bare Node server, the CPU beside a fixed piece of work.
 *
 *   npm run bench:footprint -- [--starts 5] [--seconds 60]
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { sleep } from '../../src/base/wait.ts'
import { purge } from '../../src/runtimes/native/state/purge.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution, tenth } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { MachineSpeed } from '../measuring/machine-speed.ts'
import { startPinned } from '../measuring/pinned.ts'
import { print } from '../measuring/print.ts'
import { type BenchStack, startStack, temporaryFolder } from '../measuring/stack.ts'

const SETTLE_MS = 20_000
const CLOCK_TICKS_PER_SECOND = 100
/** Starts of a bare Node server in the time of one of the stack; pieces of reference work in the CPU time of a second. */
const LIMITS = { startTimesBare: 200, pssMegabytes: 600, workASecond: 45 }

/** Starts of the stack and of a bare server in turn. */
async function measureStarts(path: string, starts: number) {
  const [warm, bare]: [number[], number[]] = [[], []]
  for (let run = 0; run <= starts; run++) {
    const stack = await startStack('lab', path)
    const text = run === 0 ? '(first in this folder)' : String(run)
    print(`start ${text}: ${(stack.upMs / 1_000).toFixed(2)} s to every target scraped`)
    await stack.stop()
    if (run === 0) continue
    warm.push(stack.upMs)
    bare.push(await bareStartMs())
  }
  return { warmStartMs: distribution(warm), bareStartMs: distribution(bare) }
}

async function bareStartMs(): Promise<number> {
  const program = join(packageFolder(), 'dist', 'bench', 'measuring', 'bare-server.js')
  const env = { PATH: process.env.PATH ?? '' }
  const bare = await startPinned({ name: 'bare server', core: 0, env, command: () => [process.execPath, program] })
  await bare.stop()
  return bare.readyMs
}

/** Memory and CPU of every process of an idle stack. */
async function measureIdle(stack: BenchStack, idleMs: number) {
  const speed = new MachineSpeed()
  await sleep(SETTLE_MS)
  speed.sample()
  const before = new Map(family(stack.view.pid).map((pid) => [pid, usage(pid)]))
  const sinceMs = performance.now()
  await sleep(idleMs)
  const seconds = (performance.now() - sinceMs) / 1_000
  const after = family(stack.view.pid).map((pid) => usage(pid))
  speed.sample()
  const rows = after
    .map((now) => ({ ...now, cpuPercent: ((now.cpuSeconds - (before.get(now.pid)?.cpuSeconds ?? 0)) / seconds) * 100 }))
    .sort((a, b) => b.pssBytes - a.pssBytes)
  for (const { name, pssBytes, cpuPercent } of rows) {
    print(`${(pssBytes / 1e6).toFixed(1).padStart(7)} MB  ${cpuPercent.toFixed(2).padStart(5)} %  ${name}`)
  }
  return {
    processes: rows.length,
    pssMegabytes: Math.round(rows.reduce((sum, { pssBytes }) => sum + pssBytes, 0) / 1e6),
    cpuPercent: tenth(rows.reduce((sum, { cpuPercent }) => sum + cpuPercent, 0)),
    referenceWorkMs: speed.workMs,
  }
}

/** A process and all its descendants. */
function family(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(statFields(Number(name))[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
    } catch {
      // Ended meanwhile.
    }
  }
  const all = [root]
  for (const pid of all) all.push(...(children.get(pid) ?? []))
  return all
}

function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function usage(pid: number): Usage {
  const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  const fields = statFields(pid)
  const name = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    .split('\0')
    .slice(0, 4)
    .join(' ')
    .replace(/^.*\/(?=[^/ ]+ )/, '')
  return {
    pid,
    name: name.slice(0, 60),
    pssBytes: Number(pss?.[1] ?? 0) * 1_024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND,
  }
}

interface Usage {
  pid: number
  name: string
  pssBytes: number
  cpuSeconds: number
}

const { values } = parseArgs({
  options: { starts: { type: 'string', default: '5' }, seconds: { type: 'string', default: '60' } },
})
const path = await temporaryFolder()
const starts = await measureStarts(path, Number(values.starts))
const stack = await startStack('lab', path)
const idle = await measureIdle(stack, Number(values.seconds) * 1_000).finally(() => stack.stop())
await purge(stack.folder)
const checks = [
  compare({
    ...{ what: 'warm start until scraped', unit: 'ms', ours: starts.warmStartMs.median },
    ...{ peerName: 'bare server', peer: starts.bareStartMs.median, atMost: LIMITS.startTimesBare },
  }),
  measure({ what: 'idle memory (PSS)', unit: 'MB', ours: idle.pssMegabytes, atMost: LIMITS.pssMegabytes }),
  compare({
    ...{ what: 'idle CPU in a second', unit: 'ms', ours: idle.cpuPercent * 10 },
    ...{ peerName: 'reference work', peer: idle.referenceWorkMs, atMost: LIMITS.workASecond },
  }),
]
await finish('footprint', checks, { ...starts, ...idle })
