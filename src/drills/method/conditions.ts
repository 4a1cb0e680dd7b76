import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import { formatComparison, holds } from '../../probes/comparison.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { Condition } from '../file/method-step.ts'
import { seeAction } from '../judge/expectation-results.ts'
import { type Facts, firedAt, goodAgain } from '../judge/facts.ts'
import { POLL_MS } from '../judge/stages.ts'

const LOOK_TIMEOUT_MS = 1_000

export interface Met {
  met: boolean
  /** What was seen last, for people. */
  seen: string
}

export interface ConditionSources {
  prometheus: Prometheus
  /** Undefined while nothing is observed yet. */
  facts(): Facts | undefined
}

/** Waits until the condition is true, or for its bound. Rejects only when the signal is aborted. */
export async function waitForCondition(
  condition: Condition,
  withinMs: number,
  sources: ConditionSources,
  signal: AbortSignal,
): Promise<Met> {
  const endMs = performance.now() + withinMs
  while (true) {
    const look = await lookAt(condition, sources, signal)
    if (look.met || performance.now() >= endMs) return look
    await sleep(POLL_MS, signal)
  }
}

async function lookAt(
  condition: Condition,
  { prometheus, facts }: ConditionSources,
  signal: AbortSignal,
): Promise<Met> {
  if (condition.kind === 'metric') return lookAtMetric(condition, prometheus, signal)
  const now = facts()
  if (now === undefined) return { met: false, seen: 'nothing was observed yet' }
  switch (condition.kind) {
    case 'alert': {
      const fired = firedAt(condition, now)
      return { met: fired !== undefined, seen: fired === undefined ? 'it did not fire' : fired.source }
    }
    case 'action': {
      const { atMs, observed } = seeAction({ ...condition, by: 'responder', withinMs: 0 }, now)
      return { met: atMs !== null, seen: observed }
    }
    case 'steady': {
      const again = goodAgain(now)
      const met = again.kind === 'again' || (again.kind === 'never left' && now.injected.length === 0)
      return { met, seen: again.kind === 'not yet' ? again.why : `the steady state was ${again.kind}` }
    }
  }
}

async function lookAtMetric(
  { metric, is }: Condition & { kind: 'metric' },
  prometheus: Prometheus,
  signal: AbortSignal,
): Promise<Met> {
  try {
    const samples = await prometheus.query(metric, { timeoutMs: LOOK_TIMEOUT_MS, signal })
    const good = samples.find(({ value }) => holds(is, value))
    if (good !== undefined) return { met: true, seen: `${metric} is ${good.value}` }
    const last = samples.length === 0 ? 'no value' : samples.map(({ value }) => value).join(', ')
    return { met: false, seen: `${metric} is ${last}, not ${formatComparison(is)}` }
  } catch (error) {
    signal.throwIfAborted()
    return { met: false, seen: messageOf(error) }
  }
}
