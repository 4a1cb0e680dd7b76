import { restOfMs, sleep } from '../../base/wait.ts'
import { latestStartMs } from '../file/method-step.ts'
import { brokenBy, type DrillLoad } from '../method/drill-load.ts'
import { markBeforeFault } from '../watch/metric-watch.ts'
import type { WatchedMetric } from '../watch/observations.ts'
import { inspect } from './inspect.ts'
import type { RunContext } from './run-context.ts'

/**
 * A moment under load, up to the first step, in which nothing may fail. Marks the samples there are by then. Returns what did
 * fail, in sentences.
 */
export async function checkUnderLoad(
  setting: RunContext & { busy?: boolean },
  { load, metrics, fromMs }: { load: DrillLoad | undefined; metrics: readonly WatchedMetric[]; fromMs: number },
  signal: AbortSignal,
): Promise<string[]> {
  const { scrapeMs, lookbackMs } = setting.profile.timing
  const [first] = setting.drill.method
  const calmMs = Math.max(1_000, 2 * scrapeMs, first === undefined ? 0 : latestStartMs(first))
  await sleep(restOfMs(calmMs, fromMs), signal)
  const [{ findings }, already] = await Promise.all([
    inspect(setting, signal),
    markBeforeFault(metrics, setting.prometheus, { lookbackMs, signal }),
  ])
  const { requests = 0, failures = 0, failuresByCause = {} } = load?.recorder.summary() ?? {}
  const causes = Object.keys(failuresByCause).join(', ')
  const failed = failures === 0 ? [] : [`${failures} of ${requests} requests failed before any fault (${causes})`]
  const broken = brokenBy(load?.thrown() ?? {}).map((error) => `the load is broken: ${error}`)
  return [...broken, ...failed, ...findings.map(({ text }) => text), ...already]
}
