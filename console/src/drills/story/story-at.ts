import type { Expectation, Story } from './story.ts'

/** The story as it was known at a moment: what came later is not there yet. So a run that is looked at again looks as it did live. */
export function storyAt(story: Story, atMs: number): Story {
  const isThen = (ms: number | null) => ms !== null && ms <= atMs
  return {
    ...story,
    isUnderWay: true,
    untilMs: atMs,
    stages: story.stages.map((stage) =>
      stage.atMs === null || isThen(stage.atMs) ? stage : { ...stage, atMs: null, sinceInjectedMs: null, detail: '' },
    ),
    expectations: story.expectations.map((expectation) => expectationAt(expectation, atMs)),
    faults: story.faults
      .filter(({ injectedAtMs }) => isThen(injectedAtMs))
      .map((fault) => (isThen(fault.lifted?.liftedAtMs ?? null) ? fault : { ...fault, lifted: null })),
    steps: story.steps.map((step) => ({
      ...step,
      startedAtMs: isThen(step.startedAtMs) ? step.startedAtMs : null,
      endedAtMs: isThen(step.endedAtMs) ? step.endedAtMs : null,
      putBack: isThen(step.putBack?.atMs ?? null) ? step.putBack : null,
    })),
    felt: feltAt(story, atMs),
    series: seriesAt(story.series, atMs),
  }
}

/** What was to be seen at the end is not known before it; what came too late has been missed already. */
function expectationAt(expectation: Expectation, atMs: number): Expectation {
  if (expectation.atMs !== null && expectation.atMs <= atMs) return expectation
  return { ...expectation, met: false, tried: false, atMs: null, sinceInjectedMs: null, observed: '' }
}

function feltAt({ felt }: Story, atMs: number): Story['felt'] {
  if (felt === null || felt.firstFailureMs === null || felt.firstFailureMs > atMs) return null
  return { ...felt, lastFailureMs: Math.min(felt.lastFailureMs ?? atMs, atMs) }
}

function seriesAt(series: Story['series'], atMs: number): Story['series'] {
  if (series === null) return null
  return {
    ...series,
    up: series.up.map((target) => ({ ...target, changes: target.changes.filter((change) => change.atMs <= atMs) })),
    alerts: series.alerts
      .filter(({ pendingAtMs }) => pendingAtMs <= atMs)
      .map((alert) => ({
        ...alert,
        firingAtMs: alert.firingAtMs !== null && alert.firingAtMs <= atMs ? alert.firingAtMs : null,
        endedAtMs: alert.endedAtMs !== null && alert.endedAtMs <= atMs ? alert.endedAtMs : null,
      })),
  }
}
