import { readdirSync, readFileSync } from 'node:fs'
import { Type } from '#typebox'
import { sleep } from '../../base/wait.ts'
import { defineInsideFault } from '../inside/inside-fault.ts'
import { read, shareParam } from '../params.ts'
import { type Hog, startHog, threadSource } from './hog.ts'

/** Burns CPU time in threads of a service. */

/** How long the threads' CPU time is measured before the service reports that the fault has landed, in milliseconds. */
const LOOK_MS = 1_000
/** The share of the requested CPU time that the threads must have burnt, or waited for. */
const ENOUGH = 0.5

/**
 * Burns a share of one core. The thread reads its own CPU time from the kernel and catches up in each period, so that a
 * machine that gives it less than a core for a while does not make it burn less in the end; where the kernel does not
 * report CPU time, the clock is used.
 */
const BURN = `
  const { readFileSync } = require('node:fs')
  const PERIOD_MS = 50
  // The most that is caught up on: after a pause of the process it would otherwise burn a whole core for long.
  const DEBT_MS = 200
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  const burntMs = () => {
    try {
      const [ran, waited] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number)
      data.spent.set([ran / 1e6, waited / 1e6])
      return ran / 1e6
    } catch {
      return undefined
    }
  }
  const spin = (ms) => {
    const untilMs = performance.now() + ms
    let x = 0
    while (performance.now() < untilMs) for (let n = 0; n < 1000; n++) x += Math.sqrt(n)
    return x
  }
  let owedMs = 0
  let lastMs = burntMs()
  // Only now: from here on the shared CPU times are up to date.
  report('begun')
  let atMs = performance.now()
  for (;;) {
    const nowMs = performance.now()
    const ownMs = burntMs()
    owedMs += (nowMs - atMs) * data.duty - (ownMs === undefined ? 0 : ownMs - lastMs)
    atMs = nowMs
    lastMs = ownMs
    owedMs = Math.min(owedMs, DEBT_MS)
    // Burns what is owed for the next period at once, and sleeps for the rest of it.
    const workMs = Math.min(PERIOD_MS, Math.max(0, owedMs + PERIOD_MS * data.duty))
    spin(workMs)
    if (ownMs === undefined) owedMs -= workMs
    const restMs = PERIOD_MS - workMs
    if (restMs > 0) Atomics.wait(sleeper, 0, 0, restMs)
  }`

/** Starts the threads; they end with their process. */
const THREADS = `
  const { Worker } = require('node:worker_threads')
  let begun = 0
  for (let n = 0; n < data.workers; n++) {
    const workerData = { duty: data.duty, spent: new Float64Array(new SharedArrayBuffer(16)) }
    const worker = new Worker(data.source, { eval: true, workerData })
    worker.once('message', () => ++begun === data.workers && report('begun'))
  }`

/** The same in a pod: reports what they have burnt and waited for, after a while. */
const MEASURED_THREADS = `
  const { Worker } = require('node:worker_threads')
  const spent = []
  const sum = (index) => spent.reduce((all, own) => all + own[index], 0)
  let begun = 0
  const measure = () => {
    const before = { ranMs: sum(0), waitedMs: sum(1), atMs: performance.now() }
    setTimeout(() => report({
      ranMs: sum(0) - before.ranMs, waitedMs: sum(1) - before.waitedMs, tookMs: performance.now() - before.atMs,
    }), data.lookMs)
  }
  for (let n = 0; n < data.workers; n++) {
    const own = new Float64Array(new SharedArrayBuffer(16))
    spent.push(own)
    const worker = new Worker(data.source, { eval: true, workerData: { duty: data.duty, spent: own } })
    worker.once('message', () => ++begun === data.workers && measure())
  }`

export const cpu = defineInsideFault({
  name: 'cpu',
  summary: 'Burn CPU time in threads of the service: it competes with its own requests, within its own limits',
  machine: 'its cores are kept busy',
  params: Type.Object(
    {
      workers: Type.Integer({ minimum: 1, maximum: 64, default: 1, description: 'Threads; each can burn one core' }),
      duty: shareParam({ min: '1%', max: '100%', default: '100%', description: 'Share of a core that each burns' }),
    },
    { additionalProperties: false },
  ),
  threads: ({ workers }) => workers,
  async begin({ signal }, params) {
    const duty = read('share', params.duty)
    const hogs: Hog[] = []
    const end = async () => void (await Promise.all(hogs.map((hog) => hog.end())))
    try {
      const spent: Float64Array[] = []
      for (let n = 0; n < params.workers; n++) {
        const own = new Float64Array(new SharedArrayBuffer(16))
        spent.push(own)
        hogs.push(await startHog(BURN, { duty, spent: own }, signal))
      }
      const before = total(spent)
      const startedMs = performance.now()
      await sleep(LOOK_MS, signal)
      const tookMs = performance.now() - startedMs
      const after = total(spent)
      const burnt = { ranMs: after.ranMs - before.ranMs, waitedMs: after.waitedMs - before.waitedMs }
      return { proof: judge(burnt, { tookMs, askedMs: params.workers * duty * tookMs }), end }
    } catch (error) {
      await end()
      throw error
    }
  },
  outside: {
    need: 'beside',
    async begin(beside, params, { forMs, signal }) {
      const duty = read('share', params.duty)
      const data = { workers: params.workers, duty, source: threadSource(BURN) }
      const neighbour = await beside.run({ program: THREADS, data, forMs, signal, takes: 'cpu' })
      const before = cpuTimesOf(neighbour.pid)
      const startedMs = performance.now()
      try {
        await sleep(LOOK_MS, signal)
      } catch (error) {
        await neighbour.end()
        throw error
      }
      const tookMs = performance.now() - startedMs
      const after = cpuTimesOf(neighbour.pid)
      const burnt = { ranMs: after.ranMs - before.ranMs, waitedMs: after.waitedMs - before.waitedMs }
      const { landed, proof } = judge(burnt, { tookMs, askedMs: params.workers * duty * tookMs })
      return {
        begunAtMs: neighbour.begunAtMs,
        proof: { landed: landed && neighbour.ended() === undefined, proof: `${neighbour.where}, ${proof}` },
        ended: () => neighbour.ended(),
        end: () => neighbour.end(),
      }
    },
  },
  async inPod({ workload, pod }, params, { forMs, signal }) {
    const duty = read('share', params.duty)
    const data = { workers: params.workers, duty, source: threadSource(BURN), lookMs: LOOK_MS }
    const program = await workload.run(pod, { program: MEASURED_THREADS, data, forMs, signal })
    const { ranMs = 0, waitedMs = 0, tookMs = LOOK_MS } = program.firstReport as Partial<Burnt>
    const { landed, proof } = judge({ ranMs, waitedMs }, { tookMs, askedMs: params.workers * duty * tookMs })
    return { program, proof: { landed, proof: `in ${program.container} of pod ${pod.name}, ${proof}` } }
  },
})

/** What the threads report of themselves where no account of the kernel can be read from here. */
interface Burnt {
  ranMs: number
  waitedMs: number
  tookMs: number
}

/** Whether the threads took what they were to take. */
function judge(
  { ranMs, waitedMs }: { ranMs: number; waitedMs: number },
  { tookMs, askedMs }: { tookMs: number; askedMs: number },
): { landed: boolean; proof: string } {
  return {
    // On a machine without a free core, waiting for one counts too: it is under the stress that was asked for.
    landed: ranMs > 0 && ranMs + waitedMs >= ENOUGH * askedMs,
    proof: `the threads burnt ${inSeconds(ranMs)} CPU seconds in ${inSeconds(tookMs)} s, ${inSeconds(askedMs)} of them asked for, and waited ${inSeconds(waitedMs)} s for a core`,
  }
}

/** What all threads of another process have burnt and waited so far, in milliseconds, by the account of the kernel. */
function cpuTimesOf(pid: number): { ranMs: number; waitedMs: number } {
  const times = { ranMs: 0, waitedMs: 0 }
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number)
      times.ranMs += ran / 1e6
      times.waitedMs += waited / 1e6
    }
  } catch {
    // It has ended: then it burns nothing, and the fault has not landed.
  }
  return times
}

/** CPU time and waiting time of the threads so far, in milliseconds; of the whole process where the kernel does not report it. */
function total(spent: readonly Float64Array[]): { ranMs: number; waitedMs: number } {
  const ranMs = spent.reduce((sum, one) => sum + (one[0] ?? 0), 0)
  const waitedMs = spent.reduce((sum, one) => sum + (one[1] ?? 0), 0)
  const { user, system } = process.cpuUsage()
  return ranMs > 0 ? { ranMs, waitedMs } : { ranMs: (user + system) / 1_000, waitedMs: 0 }
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(2)
}
