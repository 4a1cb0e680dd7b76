import { RunningSeconds } from '../../load/figures/running-seconds.ts'
import { faultsOf } from '../conclude/compose-journal.ts'
import { alertSeries } from '../conclude/make-series.ts'
import type { JournalSeries } from '../journal/schema/series.ts'
import { notReached, readExpectations } from '../judge/expectation-results.ts'
import { readStages } from '../judge/stages.ts'
import type { RunProgress } from './run-progress.ts'
import type { RunState } from './run-state.ts'

/** Returns a function that looks at the run. A look is cheap: it counts only those requests that are new. */
export function progressOf(run: RunState): () => RunProgress {
  let seconds: RunningSeconds | undefined
  return () => {
    const { drill, context, gate, method, log } = run
    const facts = run.facts()
    const { load, begunAtMs = run.startedAtMs, endedAtMs } = run.load
    if (load !== undefined) seconds ??= new RunningSeconds(load.recorder, begunAtMs)
    const { name: phase, startedAtMs: phaseSinceMs } = log.current ?? { name: '', startedAtMs: run.startedAtMs }
    return {
      startedAtMs: run.startedAtMs,
      phase,
      phaseSinceMs,
      zeroMs: run.zeroMs ?? null,
      profile: context?.description.profile ?? null,
      runtime: context?.description.runtime ?? null,
      gate: log.phases.some(({ name }) => name === 'gate') ? { clean: gate.clean, findings: gate.findings } : null,
      floor: context?.floor ?? null,
      stages: facts === undefined ? [] : readStages(facts),
      expectations: facts === undefined ? drill.expectations.map(notReached) : readExpectations(facts),
      steps: [...method.steps],
      faults: faultsOf({ facts, method }).faults,
      load:
        load === undefined
          ? null
          : {
              users: endedAtMs === undefined ? load.users() : 0,
              requests: load.recorder.requests,
              failures: load.recorder.failures,
            },
      series: seriesOf(run, seconds),
    }
  }
}

function seriesOf({ observations, up, startedAtMs, isOurs }: RunState, seconds: RunningSeconds | undefined) {
  if (observations === undefined && seconds === undefined) return null
  const read = seconds?.read(Date.now())
  return {
    startMs: read?.startMs ?? Math.floor(startedAtMs / 1_000) * 1_000,
    load: read?.figures ?? { requests: [], failures: [], p95Ms: [] },
    up,
    alerts: observations === undefined ? [] : alertSeries(observations, isOurs),
  } satisfies JournalSeries
}
