/**
 * What the idle stack costs: time to start, memory (PSS, summed over every process of the stack) and CPU. Limits: warm
 * start to every target scraped under 8 s, under 600 MB, under 12 % of one core.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { sleep } from '../src/base/wait.ts'
import { purge } from '../src/runtimes/native/state/purge.ts'
import { distribution, saveResults, say } from './results.ts'
import { startStack, temporaryFolder } from './stack.ts'

const STARTS = 5
const SETTLE_MS = 20_000
const IDLE_MS = 60_000
const CLOCK_TICKS_PER_SECOND = 100

interface Usage {
  pid: number
  name: string
  pssBytes: number
  cpuSeconds: number
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

const path = await temporaryFolder()
const starts: number[] = []
for (let run = 0; run <= STARTS; run++) {
  const stack = await startStack('lab', path)
  say(
    `start ${run === 0 ? '(first in this folder)' : run}: ${(stack.upMs / 1_000).toFixed(2)} s to every target scraped`,
  )
  if (run > 0) starts.push(stack.upMs)
  await stack.stop()
}

const stack = await startStack('lab', path)
await sleep(SETTLE_MS)
const before = new Map(family(stack.view.pid).map((pid) => [pid, usage(pid)]))
const sinceMs = performance.now()
await sleep(IDLE_MS)
const seconds = (performance.now() - sinceMs) / 1_000
const after = family(stack.view.pid).map((pid) => usage(pid))
await stack.stop()
await purge(stack.folder)

const rows = after
  .map((one) => ({ ...one, cpuPercent: ((one.cpuSeconds - (before.get(one.pid)?.cpuSeconds ?? 0)) / seconds) * 100 }))
  .sort((a, b) => b.pssBytes - a.pssBytes)
for (const { name, pssBytes, cpuPercent } of rows) {
  say(`${(pssBytes / 1e6).toFixed(1).padStart(7)} MB  ${cpuPercent.toFixed(2).padStart(5)} %  ${name}`)
}
const pssMegabytes = rows.reduce((sum, { pssBytes }) => sum + pssBytes, 0) / 1e6
const cpuPercent = rows.reduce((sum, one) => sum + one.cpuPercent, 0)
const warmStartMs = distribution(starts)
say(
  `warm start  median ${(warmStartMs.median / 1_000).toFixed(2)} s, max ${(warmStartMs.max / 1_000).toFixed(2)} s (limit 8 s)`,
)
say(`memory      ${pssMegabytes.toFixed(0)} MB PSS over ${rows.length} processes (limit 600 MB)`)
say(`CPU         ${cpuPercent.toFixed(1)} % of one core over ${seconds.toFixed(0)} s idle (limit 12 %)`)
await saveResults('footprint', {
  warmStartMs,
  pssMegabytes: Math.round(pssMegabytes),
  cpuPercent: Math.round(cpuPercent * 10) / 10,
  limits: { warmStartMs: 8_000, pssMegabytes: 600, cpuPercent: 12 },
})
const within = warmStartMs.median < 8_000 && pssMegabytes < 600 && cpuPercent < 12
say(within ? 'within all limits' : 'OVER A LIMIT')
process.exitCode = within ? 0 : 1
