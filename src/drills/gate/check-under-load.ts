import { restOfMs, sleep } from '../../base/wait.ts'
import type { WatchedMetric } from '../evidence/observations.ts'
import { latestStartMs } from '../file/method-step.ts'
import { brokenBy, type DrillLoad } from '../method/drill-load.ts'
import { markBeforeFault } from '../watch/metric-watch.ts'
import { inspect } from './inspect.ts'
import type { RunContext } from './run-context.ts'

/**
 * Looks at the system under load, at the moment at which the first step is due: nothing may fail yet. Marks the samples that there are
 * by then. Returns what did fail, in sentences, and whether `--busy` would tolerate some of it.
 */
export async function checkUnderLoad(
  context: RunContext & { busy?: boolean; signal: AbortSignal },
  { load, metrics, fromMs }: { load: DrillLoad | undefined; metrics: readonly WatchedMetric[]; fromMs: number },
): Promise<{ failed: string[]; busyTolerates: boolean }> {
  const { signal, drill, prometheus, profile } = context
  const { scrapeMs, lookbackMs } = profile.timing
  const [first] = drill.method
  const underLoadMs = Math.max(1_000, 2 * scrapeMs, first === undefined ? 0 : latestStartMs(first))
  await sleep(restOfMs(underLoadMs, fromMs), signal)
  // What is marked as before the fault must be all that was before it.
  const late = await prometheus.store?.caughtUp(Date.now(), { signal })
  const [{ findings }, already] = await Promise.all([
    inspect({ ...context, underLoad: true }),
    markBeforeFault(metrics, prometheus, { lookbackMs, signal }),
  ])
  const { requests = 0, failures = 0, failuresByCause = {} } = load?.recorder.summary() ?? {}
  const causes = Object.keys(failuresByCause).join(', ')
  const requested = failures === 0 ? [] : [`${failures} of ${requests} requests failed before any fault (${causes})`]
  const broken = brokenBy(load?.thrown() ?? {}).map((error) => `the load is broken: ${error}`)
  const found = findings.map(({ text }) => text)
  return {
    failed: [...broken, ...requested, ...(late === undefined ? [] : [late]), ...found, ...already],
    busyTolerates: findings.some(({ busyTolerates }) => busyTolerates),
  }
}
