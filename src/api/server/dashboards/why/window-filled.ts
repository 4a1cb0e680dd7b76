import { formatDuration } from '../../../../base/units/duration.ts'
import { bad, type Check, good, none, PROBE, type Scene } from './check.ts'
import type { SelectorUse } from './selectors-in.ts'

/** Whether the windows of the panel's rates hold enough samples, and since when there are any. */
export const windowFilled: Check = async (scene) => {
  const windows = scene.selectors.filter(({ window }) => window !== undefined)
  const counts = await Promise.all(windows.map((use) => samplesIn(use, scene)))
  const short = counts.find(({ samples }) => samples !== undefined && samples < 2)
  if (short !== undefined) {
    const { metric, window, samples } = short
    return bad(`The last ${window} of ${metric} hold ${samples} sample${samples === 1 ? '' : 's'}; a rate needs two.`)
  }
  const since = await firstSample(scene)
  if (since === undefined) return none('There is no sample in this time range.')
  const { startMs, stepMs } = scene.window
  const missingMs = since - startMs
  if (missingMs > 2 * stepMs)
    return good(`The samples begin ${formatDuration(missingMs)} after the start of the time range.`)
  return good(
    windows.length === 0 ? 'There are samples in all of the time range.' : 'Each window holds two samples or more.',
  )
}

async function samplesIn({ text, metric, window }: SelectorUse, { prometheus }: Scene) {
  const [most] = await prometheus.query(`max(count_over_time(${text}[${window}]))`, PROBE)
  return { metric, window, samples: most?.value }
}

/** When the first sample of any of the series is. Epoch milliseconds. */
async function firstSample({ prometheus, selectors, window }: Scene): Promise<number | undefined> {
  const found = await Promise.all(selectors.map(({ text }) => prometheus.range(`count(${text})`, window, PROBE)))
  const times = found.flat().flatMap(({ samples }) => samples.slice(0, 1).map(({ atMs }) => atMs))
  return times.length === 0 ? undefined : Math.min(...times)
}
