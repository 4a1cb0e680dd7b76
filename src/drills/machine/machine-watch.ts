import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import { familyOf, type MachineUsage, usageBetween } from '../../probes/machine/machine-usage.ts'
import { type MachineReading, readMachine } from '../../probes/machine/read-machine.ts'
import type { MachineSample } from '../journal/schema/machine.ts'
import { lateMsOf } from './lateness.ts'

/** Watches how busy this machine is while a run goes on. */

const SAMPLE_EVERY_MS = 500
/** The kernel counts CPU time in ticks of 10 ms, too coarse for one sample: shares are computed over this number of samples. */
const SHARE_OVER_SAMPLES = 4
const LEARN_EVERY_SAMPLES = 4
/** Half an hour of them. When there are more, each two neighbours become one, so that the journal of a long run stays readable. */
const MOST_SAMPLES = 3_600
/** Pause between two ticks of the event loop's watch; a timer may be a millisecond late on an idle machine. */
const TICK_MS = 20
const TIMER_SLACK_MS = 1

/** Samples, twice a second, how busy this machine is, with whose work, and how late that makes a run. */
export class MachineWatch {
  readonly samples: MachineSample[] = []
  readonly #pids: () => Promise<readonly number[]>
  readonly #read: () => Promise<MachineReading>
  #sampling: Promise<void> = Promise.resolve()
  #known: ReadonlySet<number> = new Set([process.pid])
  readonly #readings: MachineReading[] = []
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: TICK_MS })
  #first: MachineReading | undefined
  #timer: NodeJS.Timeout | undefined

  /** `pids`: of the system under drill. Together with this process, and with all descendants, they are ours. */
  constructor(pids: () => Promise<readonly number[]>, read = readMachine) {
    this.#pids = pids
    this.#read = read
  }

  /** Never rejects: a machine that cannot be read, for example because descriptors ran out, has no samples. */
  async start(): Promise<void> {
    await this.#learnPids()
    await this.#sample()
    this.#delay.enable()
    let samples = 0
    this.#timer = setInterval(() => {
      this.#sampling = this.#sampling.then(() => this.#sample())
      samples += 1
      if (samples % LEARN_EVERY_SAMPLES === 0) void this.#learnPids()
    }, SAMPLE_EVERY_MS)
  }

  /** Resolves when the last sample is taken; never rejects. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#sampling
    await this.#sample()
    this.#delay.disable()
  }

  /** How the machine is used at the moment: over the last two seconds. `undefined` before the first sample. */
  now(): MachineUsage | undefined {
    return this.#usageSince(this.#readings[0])
  }

  /** How it was used over the whole run. */
  whole(): MachineUsage | undefined {
    return this.#usageSince(this.#first)
  }

  #usageSince(before: MachineReading | undefined): MachineUsage | undefined {
    const after = this.#readings.at(-1)
    return before === undefined || after === undefined || before === after
      ? undefined
      : usageBetween(before, after, (reading) => this.#oursIn(reading))
  }

  async #sample(): Promise<void> {
    const before = this.#readings.at(-1)
    const after = await this.#read().catch(() => undefined)
    if (after === undefined || (before !== undefined && after.atMs <= before.atMs)) return
    this.#readings.push(after)
    this.#first ??= after
    if (before === undefined) return
    if (this.#readings.length > SHARE_OVER_SAMPLES + 1) this.#readings.shift()
    const ours = (reading: MachineReading) => this.#oursIn(reading)
    const { forMs, stalledMs, cpu } = usageBetween(before, after, ours)
    const loopLateMs = this.#loopLateMs()
    const stolenMs = cpu === null ? 0 : cpu.stolenMs / cpu.cores
    const lateMs = lateMsOf({ forMs, stalledMs, loopLateMs, stolenMs, othersShare: shareOf(this.now()) })
    if (this.samples.length >= MOST_SAMPLES) joinPairs(this.samples)
    this.samples.push({
      atMs: after.atMs,
      forMs,
      stalledMs: stalledMs === null ? null : Math.round(stalledMs),
      oursMs: cpu?.oursMs ?? null,
      othersMs: cpu?.othersMs ?? null,
      stolenMs: cpu?.stolenMs ?? null,
      loopLateMs: Math.round(loopLateMs),
      lateMs: Math.round(lateMs),
    })
  }

  /** Since the last call. */
  #loopLateMs(): number {
    const { count, mean } = this.#delay
    this.#delay.reset()
    return count === 0 ? 0 : Math.max(0, mean / 1e6 - TICK_MS - TIMER_SLACK_MS) * count
  }

  #oursIn({ processes }: MachineReading): ReadonlySet<number> {
    return familyOf(processes, this.#known)
  }

  /** A service manager that restarts processes of a foreign system makes them descend from no pid that is known here. */
  async #learnPids(): Promise<void> {
    // While the system does not answer, the pids of before count.
    const pids = await this.#pids().catch(() => undefined)
    if (pids !== undefined) this.#known = new Set([process.pid, ...pids.filter((pid) => pid > 1)])
  }
}

/** In place: each two neighbours become one. */
function joinPairs(samples: MachineSample[]): void {
  const plus = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b)
  for (let at = 0; at + 1 < samples.length; at++) {
    const [a, b] = samples.slice(at, at + 2) as [MachineSample, MachineSample]
    samples.splice(at, 2, {
      atMs: b.atMs,
      forMs: a.forMs + b.forMs,
      stalledMs: plus(a.stalledMs, b.stalledMs),
      oursMs: plus(a.oursMs, b.oursMs),
      othersMs: plus(a.othersMs, b.othersMs),
      stolenMs: plus(a.stolenMs, b.stolenMs),
      loopLateMs: a.loopLateMs + b.loopLateMs,
      lateMs: a.lateMs + b.lateMs,
    })
  }
}

function shareOf(use: MachineUsage | undefined): number {
  if (use === undefined || use.cpu === null) return 1
  const busyMs = use.cpu.oursMs + use.cpu.othersMs
  return busyMs === 0 ? 0 : use.cpu.othersMs / busyMs
}
