import { messageOf } from '../../base/errors.ts'
import { composeJournal } from '../conclude/compose-journal.ts'
import { makeSeries } from '../conclude/make-series.ts'
import type { Drill } from '../file/drill.ts'
import type { Journal } from '../journal/journal.ts'
import { brokenBy } from '../method/drill-load.ts'
import type { SystemUnderDrill } from '../system.ts'
import { leaveRun } from './leave-run.ts'
import { progressOf } from './progress-of.ts'
import type { RunOptions } from './run-options.ts'
import { RunState } from './run-state.ts'
import { isLoadTheFault, runToEnd } from './run-to-end.ts'

/**
 * Runs a drill: gate → load → check under load → steps, watched → lift → settle → stop the load → alert resolved → put back → verdict.
 * Never rejects: what goes wrong is in the journal, as `errored`, `aborted` or `inconclusive`.
 */
export async function runDrill(drill: Drill, system: SystemUnderDrill, options: RunOptions): Promise<Journal> {
  const run = new RunState(drill, system, options)
  options.onBegin?.(progressOf(run))
  try {
    await runToEnd(run)
  } catch (error) {
    run.cutOff()
    run.fail(error)
  }
  await leaveRun(run)
  const journal = journalOf(run)
  options.onEvent?.({ kind: 'finished', journal })
  return journal
}

function journalOf(run: RunState): Journal {
  const { drill, options, context, gate, observations } = run
  const { signal, seed, judgeLoad = (load) => load.saturation() } = options
  const { load, begunAtMs = run.startedAtMs, endedAtMs = Date.now() } = run.load
  return composeJournal({
    drill,
    startedAtMs: run.startedAtMs,
    seed,
    description: context?.description,
    profile: context?.profile,
    floor: context?.floor,
    gate: { clean: gate.clean, findings: gate.findings, tolerated: gate.tolerated },
    calmFindings: run.failedUnderLoad,
    machine: run.reportMachine(),
    aborted: signal?.aborted === true ? messageOf(signal.reason) : undefined,
    errors: run.errors,
    refused: run.refused,
    unmonitored: run.unmonitored,
    safetyAbort: run.safetyAbort,
    facts: run.facts(),
    samplesFrom: context?.prometheus.store?.note(),
    method: run.method,
    budgets: run.budgets ?? [],
    series:
      observations === undefined
        ? null
        : makeSeries(begunAtMs, { recorder: load?.recorder, up: run.up, observations, isOurs: run.isOurs }),
    load,
    saturation: load && judgeLoad(load),
    // Otherwise it was seen before the first step, and nothing was done.
    brokenLoad: isLoadTheFault(drill) ? brokenBy(load?.thrown() ?? {}) : [],
    loadEndedAtMs: endedAtMs,
    health: run.health,
    events: run.events,
    phases: run.log.phases,
  })
}
