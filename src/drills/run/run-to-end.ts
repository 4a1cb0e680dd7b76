import { basename } from 'node:path'
import { defined } from '../../base/defined.ts'
import type { LoadFigures } from '../../load/result/result.ts'
import { Observations } from '../evidence/observations.ts'
import { SteadyRecord } from '../evidence/steady-record.ts'
import { type Drill, watchMs } from '../file/drill.ts'
import { checkUnderLoad } from '../gate/check-under-load.ts'
import { passGate } from '../gate/gate.ts'
import { type RunContext, readRunContext } from '../gate/run-context.ts'
import { allMet } from '../judge/expectation-results.ts'
import { allSeen, readStages } from '../judge/stages.ts'
import { lateBetween } from '../machine/lateness.ts'
import { BUSY_AGAIN, BUSY_NEXT, busyText } from '../machine/machine-report.ts'
import { brokenBy, startDrillLoad } from '../method/drill-load.ts'
import { watchForAbort } from '../safety/watch-for-abort.ts'
import { metricsToWatch } from '../watch/metric-watch.ts'
import { startHeldWatch, startWatch } from '../watch/watch.ts'
import { announceUntil } from './announce-until.ts'
import { awaitSamples } from './await-samples.ts'
import type { RunState } from './run-state.ts'

/** Everything up to the moment at which there is nothing left to watch for: gate, load, steps, watch. */
export async function runToEnd(run: RunState): Promise<void> {
  const { drill, system, signal } = run
  const context = await run.during('describe', () => readRunContext(drill, system, signal))
  run.context = context
  const { runtime, profile, safety } = context.description
  const about = { profile, runtime, ...defined({ environment: safety?.environment }), seed: run.options.seed }
  run.emit({ kind: 'started', title: drill.title, file: drill.file, ...about })

  await run.machine.start()
  if (!(await isClean(run, context))) return

  if (safety !== undefined) {
    const { prometheus } = context
    run.stopAbortWatch = watchForAbort(safety, { prometheus, onAbort: (why) => run.abort(why) })
  }
  const loadIsTheFault = isLoadTheFault(drill)
  const observations = newObservations(run, context)
  if (loadIsTheFault) {
    watch(run, context, observations)
    run.zeroMs = (await loadUp(run, context)).begunAtMs
  } else {
    if (!(await isWellUnderLoad(run, context, observations))) return
    watch(run, context, observations)
  }

  const sources = { prometheus: context.prometheus, evidence: () => run.facts() }
  const hooks = { onError: (error: unknown) => run.fail(error) }
  await run.during('inject', () => run.method.begin(run.load.allRunningAtMs ?? Date.now(), sources, hooks))
  run.zeroMs ??= run.method.begunAtMs ?? Date.now()
  run.observations?.steady.forgetBefore(run.zeroMs)
  if (run.method.injected.some(({ fault }) => !fault.landing.landed)) return run.cutOff()
  if (drill.method.length === 0) run.emit({ kind: 'watching', forMs: watchMs(drill) })
  await run.during('watch', () => watchUntilDone(run, context))
}

/**
 * Whether the load is what is done to the system, which is then watched from the load's start: where the first step waits for a
 * condition, and where an alert is expected of the load alone.
 */
export function isLoadTheFault({ method: [first], expectations }: Drill): boolean {
  return first === undefined ? expectations.some(({ alert }) => alert !== undefined) : first.start.kind === 'when'
}

async function isClean(run: RunState, context: RunContext): Promise<boolean> {
  run.gate = await run.during('gate', () =>
    passGate(
      { ...context, busy: run.busy, signal: run.signal },
      {
        timeoutMs: run.options.gateTimeoutMs,
        busy: () => busyText(run.machine.now()),
        onWaiting: (waiting) => run.emit({ kind: 'waiting', ...waiting }),
      },
    ),
  )
  const { clean, findings, tolerated } = run.gate
  run.emit({ kind: 'gate', clean, findings, tolerated, tookMs: run.log.lastTookMs })
  return clean
}

/** Starts the load, and looks whether anything fails before the first fault. Until then only what Alertmanager holds is watched. */
async function isWellUnderLoad(run: RunState, context: RunContext, observations: Observations): Promise<boolean> {
  // An alert that comes and goes here is found in its samples at the end, when nobody can see any more what became of it.
  const { stop } = startHeldWatch({ ...context, observations, health: run.health })
  try {
    await loadUp(run, context)
    return !(await failsUnderLoad(run, context, observations.metrics))
  } finally {
    await stop()
  }
}

function loadUp(run: RunState, context: RunContext) {
  return run.during('load up', () => startLoad(run, context))
}

/** Returns once all users run. */
async function startLoad(
  run: RunState,
  { description }: RunContext,
): Promise<{ begunAtMs: number; allRunningAtMs: number }> {
  const plan = run.drill.load
  const { seed, signal } = run.options
  const begunAtMs = Date.now()
  run.load.begunAtMs = begunAtMs
  if (plan !== null) {
    const { reportRequests: report, reportLoad } = run.system
    const drill = basename(run.drill.file).replace(/\.ya?ml$/, '')
    const watch = reportLoad && ((figures: LoadFigures, ended: boolean) => reportLoad(figures, { drill, ended }))
    const load = await startDrillLoad(plan, description, { seed, signal, report, watch })
    run.load.load = load
    await load.allRunning
  }
  run.signal.throwIfAborted()
  const allRunningAtMs = Date.now()
  run.load.allRunningAtMs = allRunningAtMs
  if (plan !== null) {
    const isClosed = plan.model === 'closed'
    const rate = isClosed ? {} : { ratePerSecond: plan.ratePerSecond }
    const users = isClosed ? plan.users : (run.load.load?.users() ?? 0)
    run.emit({ kind: 'load', users, ...rate, journey: plan.journey, tookMs: allRunningAtMs - begunAtMs })
  }
  return { begunAtMs, allRunningAtMs }
}

async function failsUnderLoad(run: RunState, context: RunContext, metrics: Observations['metrics']): Promise<boolean> {
  const { load, allRunningAtMs = Date.now() } = run.load
  const checked = { ...context, busy: run.busy, signal: run.signal }
  const { failed, busyTolerates } = await run.during('calm', () =>
    checkUnderLoad(checked, { load, metrics, fromMs: allRunningAtMs }),
  )
  if (failed.length === 0) return false
  // A journey whose own code fails does so on any machine.
  const isBroken = brokenBy(load?.thrown() ?? {}).length > 0
  const busy = isBroken ? undefined : busyText(run.machine.now())
  const next = busyTolerates ? BUSY_NEXT : BUSY_AGAIN
  run.failedUnderLoad = busy === undefined ? failed : [...failed, `${busy}; ${next}`]
  run.emit({ kind: 'failing under load', findings: run.failedUnderLoad })
  return true
}

function newObservations(run: RunState, context: RunContext): Observations {
  const observations = new Observations(newSteadyRecord(context), metricsToWatch(run.drill))
  observations.addSilences(run.gate.alertsBefore?.silences ?? [])
  return observations
}

function newSteadyRecord({ checks }: RunContext): SteadyRecord {
  return new SteadyRecord(
    checks.map(({ name }) => name),
    Date.now(),
  )
}

function watch(run: RunState, context: RunContext, observations: Observations): void {
  observations.steady = newSteadyRecord(context)
  run.observations = observations
  const startedBeforeMs = run.gate.alertsBefore?.prometheusStartedAtMs
  run.watch = startWatch({ ...context, observations, health: run.health, startedBeforeMs })
}

async function watchUntilDone(run: RunState, { stableMs, prometheus }: RunContext): Promise<void> {
  const boundMs = watchMs(run.drill) + stableMs
  const wholeMs = () => boundMs + Math.min(boundMs, widenedByMs(run))
  const startedMs = performance.now()
  let passedMs = 0
  do {
    const beforeMs = passedMs
    await announceUntil(run, () => isComplete(run), { boundMs: () => wholeMs() - beforeMs })
    run.signal.throwIfAborted()
    // Samples that are on their way to a store may show that it is not over yet.
    await awaitSamples(run, prometheus, run.signal)
    passedMs = performance.now() - startedMs
  } while (prometheus.store !== undefined && !isComplete(run) && passedMs < wholeMs())
}

/** Whether there is nothing left to wait for. Without a step, the whole time is what is watched. */
function isComplete(run: RunState): boolean {
  const facts = run.facts()
  if (facts === undefined || run.method.begunAtMs === undefined || !run.method.complete) return false
  if (facts.nowMs - facts.zeroMs < run.drill.leastWatchMs) return false
  return allSeen(readStages(facts), facts) && allMet(facts)
}

/** By how much the bounds have widened so far, in milliseconds: only where a busy machine is accepted. */
function widenedByMs({ busy, machine, zeroMs = 0 }: RunState): number {
  return busy ? lateBetween(machine.samples, zeroMs, Date.now()) : 0
}
