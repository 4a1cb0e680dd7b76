import { done, notYet, waitUntil } from '../../base/wait.ts'
import { rememberedMs } from '../clocks/remembered-ms.ts'
import { awayText } from '../conclude/attribute-run.ts'
import { findRepair } from '../conclude/find-repair.ts'
import { lookBack } from '../conclude/look-back.ts'
import { goodAgain } from '../evidence/evidence.ts'
import { watchMs } from '../file/drill.ts'
import type { RunContext } from '../gate/run-context.ts'
import type { Phase } from '../journal/schema/phase.ts'
import { isResolved } from '../judge/resolved.ts'
import { readClockLateness } from '../machine/clock-lateness.ts'
import { within } from '../within.ts'
import { announceUntil } from './announce-until.ts'
import { awaitSamples } from './await-samples.ts'
import { codeOf, type RunState } from './run-state.ts'

/** The end of every run. */

/** Bound of the request for the runtime's events, in milliseconds. */
const EVENTS_MS = 5_000
const SETTLE_MS = 15_000
/** Pause between two looks at whether replicas are back, in milliseconds. */
const BACK_POLL_MS = 200
/** No run waits longer for the windows of a rule, in milliseconds. */
const MOST_REMEMBERED_MS = 15 * 60_000

/** Leaves the system as it was found, also after an error or an abort: lift, settle, stop the load, resolve, count, put back. Never rejects. */
export async function leaveRun(run: RunState): Promise<void> {
  const { context } = run
  // A stack that is gone can be neither repaired nor read.
  const isGone = codeOf(run.options.signal?.reason) === 'FD_DRILL_STACK_GONE'
  // From here on no step of the method begins any more.
  run.leaving.abort(new Error('the run is over'))
  // What an action has changed may be what repaired: it is put back with the faults only where nothing is repaired.
  if (!isGone) await guarded(run, 'lift', () => putBack(run, { actions: !isSettled(run) }))
  const isObserved = run.zeroMs !== undefined && !isGone
  if (isObserved && context !== undefined) await guarded(run, 'settle', () => settle(run, context))
  await guarded(run, 'stop load', async () => run.load.load?.stop())
  run.load.endedAtMs = Date.now()
  // Nothing is done to the system any more.
  run.stopAbortWatch()
  if (isObserved && context !== undefined) await seeItOut(run, context)
  await run.watch?.stop()
  run.watchEndedAtMs = Date.now()
  await run.machine.stop()
  if (run.method.actionsStand && !isGone) await guarded(run, 'put back', () => putBack(run, { actions: true }))
  if (context !== undefined && !isGone) await guarded(run, 'events', () => readEvents(run, context))
  const facts = run.facts()
  if (facts !== undefined) run.announcer.finish(facts)
}

async function settle(run: RunState, context: RunContext): Promise<void> {
  const { stableMs, prometheus } = context
  const boundMs = (run.options.settleTimeoutMs ?? SETTLE_MS) + stableMs
  // A run that ends because the system demands it watches until all is well again: only a person ends that wait.
  const signal = run.outside ?? new AbortController().signal
  await awaitSamples(run, prometheus, signal).catch(() => undefined)
  // A store of samples shows later what is good by then.
  const behindMs = () => prometheus.store?.behindMs ?? 0
  await announceUntil(run, () => isSettled(run), { boundMs: () => boundMs + behindMs(), signal })
  if (isSettled(run)) await untilBack(run, context, { boundMs, signal })
}

/**
 * Waits until the replicas that were hit are ready again: what users see, or what Prometheus scrapes, can be good before. At most as long as
 * the run might have watched, and as it waits for its steady state.
 */
async function untilBack(
  run: RunState,
  context: RunContext,
  { boundMs, signal }: { boundMs: number; signal: AbortSignal },
): Promise<void> {
  const { drill, zeroMs = 0 } = run
  const { description, stableMs } = context
  const watchedMs = zeroMs + watchMs(drill) + stableMs - Date.now()
  const look = async () => {
    await readEvents(run, context)
    const { away } = findRepair({ drill, facts: run.facts(), events: run.events, description }, null)
    return away.length === 0 ? done(undefined) : notYet(awayText(away))
  }
  const bounds = { timeoutMs: Math.max(boundMs, watchedMs), intervalMs: BACK_POLL_MS, signal }
  // Those that are away when it ends are in the report.
  await waitUntil(look, { what: 'the replicas that were hit to be ready again', ...bounds }).catch((error: unknown) => {
    if (codeOf(error) !== 'FD_WAIT_TIMEOUT' && !signal.aborted) throw error
  })
}

/** Waits for the alert to be resolved, then counts what the run has cost. */
async function seeItOut(run: RunState, context: RunContext): Promise<void> {
  const boundMs = resolvedWithinMs(context)
  await guarded(run, 'resolve', () => announceUntil(run, () => isOver(run), { boundMs: () => boundMs }))
  await guarded(run, 'count', () => count(run, context))
  // The watch records a Prometheus that does not answer.
  const { startedAtMs, load } = run
  await run.watch?.sweep(load.allRunningAtMs ?? startedAtMs, startedAtMs).catch(() => undefined)
}

/**
 * How long alerts may take to resolve. Where there is no responder, only the rules are waited for: until they have looked again, and
 * their windows have forgotten. No webhook has to arrive.
 */
function resolvedWithinMs({ drill, alertRules, profile, description }: RunContext): number {
  const { scrapeMs, groupIntervalMs, livenessEvaluationMs } = profile.timing
  if (description.endpoints.responder !== undefined) return 5_000 + 4 * (scrapeMs + groupIntervalMs)
  const expected = drill.expectations.flatMap(({ alert }) => alert ?? [])
  const windows = expected.map(({ alert }) => rememberedMs({ alertname: alert }, alertRules))
  return 5_000 + 4 * (scrapeMs + livenessEvaluationMs) + Math.min(MOST_REMEMBERED_MS, Math.max(0, ...windows))
}

async function count(run: RunState, context: RunContext): Promise<void> {
  const { objectives = [] } = run.options
  const { load, begunAtMs = run.startedAtMs, endedAtMs: toMs = Date.now() } = run.load
  run.clocksLate = await readClockLateness(context.prometheus, { fromMs: begunAtMs, nowMs: Date.now() })
  const fromMs = run.zeroMs ?? run.startedAtMs
  const { budgets, up } = await lookBack(context, { fromMs, toMs, begunAtMs, objectives, load, signal: run.outside })
  run.budgets = budgets
  run.up = up
}

async function putBack(run: RunState, what: { actions: boolean }): Promise<void> {
  const problems = await run.method.putBack(what, ({ fault }, lifted) => run.announcer.lifted(fault, lifted))
  run.errors.push(...problems)
}

async function readEvents(run: RunState, { description }: RunContext): Promise<void> {
  run.events = await within(run.system.events(description.lastSequence), {
    what: 'the runtime events',
    boundMs: EVENTS_MS,
  })
}

function isSettled(run: RunState): boolean {
  const facts = run.facts()
  return facts !== undefined && goodAgain(facts).kind !== 'not yet'
}

function isOver(run: RunState): boolean {
  const facts = run.facts()
  return facts === undefined || isResolved(facts)
}

/** Does one part of the leaving; when it fails, the parts after it follow all the same. */
async function guarded(run: RunState, phase: Phase['name'], work: () => Promise<unknown>): Promise<void> {
  try {
    await run.during(phase, work)
  } catch (error) {
    run.fail(error)
  }
}
