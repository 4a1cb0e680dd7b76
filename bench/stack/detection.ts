/**
 * How fast a crash is seen, paged and repaired: the shipped drill on the lab profile, beside what its clocks cost and a restart by
 * hand; and the same crash under the settings of most tutorials (15 s scrape and evaluation, for 1m, group wait 30 s), measured in
 * one run on the real pipeline. Then quiet minutes with CPU and disk busy, in which no alert may fire.
 *
 *   npm run bench:detection -- [--runs 20] [--teaching 10] [--quiet 600]
 */

import { spawn } from 'node:child_process'
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { floorOf, livenessClock } from '../../src/drills/clocks/floor.ts'
import { readDrill } from '../../src/drills/file/drill-file.ts'
import { runDrill } from '../../src/drills/run/run-drill.ts'
import { stackObjectives } from '../../src/slo/document/load-objectives.ts'
import { profiles } from '../../src/stack/profile.ts'
import { type Check, compare, measure } from '../measuring/checks.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { print } from '../measuring/print.ts'
import { type BenchStack, startStack } from '../measuring/stack.ts'

const PROBE = { timeoutMs: 5_000 }
const STAGES = ['seen', 'firing', 'received', 'acting', 'acted', 'good again', 'resolved'] as const
/** Restarts by hand whose median a repair is compared with. */
const RESTARTS = 5
/** Detection to the mean floor of the clocks; detection and repair to that floor and a restart by hand. */
const LIMITS = { timesFloor: 2, timesFloorAndRestart: 2.5 }

type Split = Partial<Record<(typeof STAGES)[number], Distribution>>

function showSplit(title: string, split: Split): void {
  print(`\n${title}\n  injected →      n     min  median     p95     max   (ms)`)
  for (const [stage, figures] of Object.entries(split)) {
    const cells = [figures.min, figures.median, figures.p95, figures.max].map((ms) =>
      String(Math.round(ms)).padStart(7),
    )
    print(`  ${stage.padEnd(12)} ${String(figures.n).padStart(4)} ${cells.join(' ')}`)
  }
}

/** Runs the shipped drill again and again; the phase against the scrape is random because each run starts when the last is done. */
async function measureLab(runs: number): Promise<Lab> {
  const stack = await startStack('lab')
  try {
    const drill = await readDrill(join(packageFolder(), 'drills', 'store-crash.yaml'))
    const objectives = await stackObjectives(process.env)
    const { system } = stack
    const times = new Map<string, number[]>()
    const verdicts: Record<string, number> = {}
    const repairedBy: Record<string, number> = {}
    for (let run = 1; run <= runs; run++) {
      await sleep(Math.random() * 1_000)
      const journal = await runDrill(drill, system, {
        signal: new AbortController().signal,
        seed: run,
        objectives,
        onEvent: () => undefined,
      })
      verdicts[journal.verdict] = (verdicts[journal.verdict] ?? 0) + 1
      const by = journal.repairedBy ?? 'nobody'
      repairedBy[by] = (repairedBy[by] ?? 0) + 1
      for (const { name, sinceInjectedMs } of journal.stages) {
        if (sinceInjectedMs !== null) times.set(name, [...(times.get(name) ?? []), sinceInjectedMs])
      }
      print(
        `lab ${run}/${runs}: ${journal.verdict}, received after ${journal.mttdMs} ms, steady again after ${journal.mttrMs} ms ${journal.reasons.join('; ')}`,
      )
    }
    const split = Object.fromEntries(
      STAGES.flatMap((stage) => (times.has(stage) ? [[stage, distribution(times.get(stage) ?? [])]] : [])),
    )
    return { split, verdicts, repairedBy, restartMs: await measureRestarts(stack) }
  } finally {
    await stack.stop()
  }
}

/** The bare part of a repair: `restart` until the replica is ready, with no alert in between. */
async function measureRestarts({ control }: BenchStack): Promise<Distribution> {
  const took: number[] = []
  for (let n = 0; n < RESTARTS; n++) {
    const sinceMs = performance.now()
    await control.act('restart', 'store')
    took.push(performance.now() - sinceMs)
    await sleep(1_000)
  }
  return distribution(took)
}

/** Kills each of several replicas once, at a random moment of the scrape interval, and waits for the slow pipeline. */
async function measureTeaching(replicas: number): Promise<Split> {
  const stack = await startStack('teaching')
  try {
    const { system, prometheus } = stack
    await stack.control.scale('store', replicas)
    const query = 'count(up{service="store"} == 1)'
    await waitUntil(
      async () => {
        const [sample] = await prometheus.query(query, PROBE)
        return sample?.value === replicas ? done(undefined) : notYet(`${query} is ${sample?.value}`)
      },
      { what: 'every replica to be scraped', timeoutMs: 60_000, intervalMs: 500 },
    )
    const { timing } = profiles.teaching
    const times = new Map<string, number[]>()
    const add = (stage: string, ms: number | undefined) => {
      if (ms !== undefined) times.set(stage, [...(times.get(stage) ?? []), ms])
    }
    const ids = Array.from({ length: replicas }, (_, index) => `store-${index + 1}`)
    await Promise.all(
      ids.map(async (replica) => {
        await sleep(Math.random() * timing.scrapeMs)
        const fault = await system.inject({
          fault: 'kill',
          target: { service: 'store', replica },
          params: {},
          forMs: 600_000,
        })
        const incident = await waitUntil(
          async () => {
            const all = await system.incidents()
            const found = all.find(
              ({ labels, receivedAtMs }) => labels.instance === replica && receivedAtMs >= fault.injectedAtMs,
            )
            return found?.actedAtMs === undefined ? notYet('no action yet') : done(found)
          },
          { what: `${replica} to be repaired`, timeoutMs: 300_000, intervalMs: 500 },
        )
        const series = await prometheus.samples(`up{instance="${replica}"}`, 300_000, PROBE)
        const bad = series
          .flatMap(({ samples }) => samples)
          .find(({ atMs, value }) => value === 0 && atMs >= fault.injectedAtMs)
        const since = (atMs: number | undefined) => (atMs === undefined ? undefined : atMs - fault.injectedAtMs)
        add('seen', since(bad?.atMs))
        add('firing', since(incident.startsAtMs))
        add('received', since(incident.receivedAtMs))
        add('acting', since(incident.actingAtMs))
        add('acted', since(incident.actedAtMs))
        print(`teaching ${replica}: received after ${since(incident.receivedAtMs)} ms`)
      }),
    )
    return Object.fromEntries(
      STAGES.flatMap((stage) => (times.has(stage) ? [[stage, distribution(times.get(stage) ?? [])]] : [])),
    )
  } finally {
    await stack.stop()
  }
}

/** Keeps every core and the disk busy until aborted: a spinning process a core, and one that writes and flushes. */
function makeBusy(folder: string): () => void {
  const spinners = Array.from({ length: 2 }, () =>
    spawn(process.execPath, ['-e', 'while (true);'], { stdio: 'ignore' }),
  )
  const writer = spawn(process.execPath, [fileURLToPath(import.meta.url), '--write-to', join(folder, 'busy')], {
    stdio: 'ignore',
  })
  const all = [...spinners, writer]
  const kill = () => {
    for (const child of all) child.kill('SIGKILL')
  }
  process.once('exit', kill)
  return kill
}

async function measureQuiet(
  seconds: number,
): Promise<{ seconds: number; falseAlarms: string[]; missedScrapes: number }> {
  const stack = await startStack('lab')
  const stopBusy = makeBusy(stack.folder.path)
  try {
    const { system, prometheus } = stack
    const falseAlarms = new Set<string>()
    const endMs = Date.now() + seconds * 1_000
    while (Date.now() < endMs) {
      await sleep(250)
      for (const { labels, state, activeAtMs } of await prometheus.alerts(PROBE)) {
        // The machine is made busy on purpose: that it says so is no false alarm.
        if (state === 'firing' && labels.severity !== 'none' && labels.service !== 'host')
          falseAlarms.add(
            `${labels.alertname} ${labels.instance ?? ''} ${labels.reason ?? ''} at ${new Date(activeAtMs).toISOString()}`,
          )
      }
    }
    // Alerts shorter than the poll leave an incident.
    for (const incident of await system.incidents()) {
      if (incident.labels.service === 'host') continue
      falseAlarms.add(
        `${incident.alertname} ${incident.labels.instance ?? ''} ${incident.labels.reason ?? ''} at ${new Date(incident.startsAtMs).toISOString()}`,
      )
    }
    const [missed] = await prometheus.query(
      `sum(count_over_time((up{kind=~"service|responder"} == 0)[${seconds}s:500ms]))`,
      PROBE,
    )
    return { seconds, falseAlarms: [...falseAlarms], missedScrapes: missed?.value ?? 0 }
  } finally {
    stopBusy()
    await stack.stop()
  }
}

async function writeUntilKilled(path: string): Promise<never> {
  const block = Buffer.alloc(4 * 1024 * 1024, 'x')
  process.once('exit', () => rmSync(path, { force: true }))
  while (true) {
    const file = openSync(path, 'w')
    for (let i = 0; i < 16; i++) writeSync(file, block)
    fsyncSync(file)
    closeSync(file)
    await sleep(1)
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      teaching: { type: 'string', default: '10' },
      quiet: { type: 'string', default: '600' },
    },
  })
  const [runs, replicas, quietSeconds] = [Number(values.runs), Number(values.teaching), Number(values.quiet)]
  const lab = await measureLab(runs)
  const teaching = replicas > 0 ? await measureTeaching(replicas) : undefined
  const quiet = quietSeconds > 0 ? await measureQuiet(quietSeconds) : undefined
  const floors = {
    lab: floorOf(profiles.lab.timing, livenessClock(profiles.lab.timing)),
    teaching: floorOf(profiles.teaching.timing, livenessClock(profiles.teaching.timing)),
  }
  showSplit('lab: 500 ms scrape, no waiting for a refused connection', lab.split)
  print(`  verdicts ${JSON.stringify(lab.verdicts)}, repaired by ${JSON.stringify(lab.repairedBy)}`)
  if (teaching) showSplit('teaching: 15 s scrape and evaluation, for 1m, group wait 30 s', teaching)
  for (const alarm of quiet?.falseAlarms ?? []) print(`false alarm: ${alarm}`)
  await finish('detection', checksOf({ runs, lab, teaching, quiet, floorMs: floors.lab.received.meanMs }), {
    ...{ lab, teaching, quiet, floors },
  })
}

function checksOf({ runs, lab, teaching, quiet, floorMs }: Measured): Check[] {
  const receivedMs = lab.split.received?.median ?? Number.NaN
  return [
    measure({ what: 'runs not held', ours: runs - (lab.verdicts.held ?? 0), atMost: 0 }),
    compare({
      ...{ what: 'crash until received', unit: 'ms', ours: receivedMs },
      ...{ peerName: 'floor of the clocks', peer: floorMs, atMost: LIMITS.timesFloor },
    }),
    compare({
      ...{ what: 'crash until good again', unit: 'ms', ours: lab.split['good again']?.median ?? Number.NaN },
      ...{ peerName: 'floor and a restart', peer: floorMs + lab.restartMs.median },
      atMost: LIMITS.timesFloorAndRestart,
    }),
    ...(teaching === undefined
      ? []
      : [
          compare({
            ...{ what: 'crash until received', unit: 'ms', ours: receivedMs },
            ...{ peerName: 'tutorial settings', peer: teaching.received?.median ?? Number.NaN, atMost: 0.1 },
          }),
        ]),
    ...(quiet === undefined
      ? []
      : [
          measure({ what: 'false alarms, machine busy', ours: quiet.falseAlarms.length, atMost: 0 }),
          measure({ what: 'failed scrapes, machine busy', ours: quiet.missedScrapes }),
        ]),
  ]
}

interface Lab {
  split: Split
  verdicts: Record<string, number>
  repairedBy: Record<string, number>
  /** A restart by hand, until the replica is ready. */
  restartMs: Distribution
}

interface Measured {
  runs: number
  lab: Lab
  teaching: Split | undefined
  quiet: { falseAlarms: string[]; missedScrapes: number } | undefined
  /** Mean floor of `received` under the lab's clocks. */
  floorMs: number
}

const writeTo = process.argv[2] === '--write-to' ? process.argv[3] : undefined
if (writeTo !== undefined) await writeUntilKilled(writeTo)
else await main()
