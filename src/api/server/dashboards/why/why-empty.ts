import { messageOf } from '../../../../base/errors.ts'
import type { DataPanel } from '../../../../dashboards/panel.ts'
import type { WhyEmptyView } from '../../../contract.ts'
import type { Check, Scene } from './check.ts'
import { clocksAgree } from './clocks-agree.ts'
import { hasTraffic } from './has-traffic.ts'
import { selectorsIn } from './selectors-in.ts'
import { seriesKnown } from './series-known.ts'
import { targetsUp } from './targets-up.ts'
import { windowFilled } from './window-filled.ts'

/** Looks for the reason why a panel has no data: five checks, made now. */
export async function whyEmpty(
  { quiet }: Pick<DataPanel, 'quiet'>,
  { queries, ...scene }: Omit<Scene, 'selectors'> & { queries: readonly string[] },
): Promise<WhyEmptyView> {
  const selectors = selectorsIn(queries).slice(0, MOST_SELECTORS)
  const found = await Promise.all(
    (Object.keys(CHECKS) as CheckName[]).map(async (name) => {
      const { question, check } = CHECKS[name]
      const unknown = (error: unknown) => ({
        state: 'unknown' as const,
        text: `It could not be checked: ${messageOf(error)}.`,
      })
      return { name, question, ...(await check({ ...scene, selectors }).catch(unknown)) }
    }),
  )
  const wrong = BY_WEIGHT.map((name) => found.find((one) => one.name === name)).find((one) => one?.state === 'bad')
  // What is quiet while all is well has no traffic and no series then: only the other checks speak against it.
  const isQuiet = quiet !== undefined && (wrong === undefined || wrong.name === 'traffic' || wrong.name === 'series')
  return { conclusion: isQuiet ? quiet : (wrong?.text ?? ALL_WELL), checks: found }
}

type CheckName = WhyEmptyView['checks'][number]['name']

const CHECKS: Readonly<Record<CheckName, { question: string; check: Check }>> = {
  targets: { question: 'Is the target up?', check: targetsUp },
  traffic: { question: 'Is there traffic?', check: hasTraffic },
  series: { question: 'Are the series known?', check: seriesKnown },
  window: { question: 'Is the window filled?', check: windowFilled },
  clocks: { question: 'Do the clocks agree?', check: clocksAgree },
}

/** The cause before what follows from it: without a target there is no series, and without series nothing is counted. */
const BY_WEIGHT: readonly CheckName[] = ['targets', 'clocks', 'series', 'traffic', 'window']

const ALL_WELL = 'Nothing is wrong: the expression of the panel has no value now.'
/** Of one panel: each is asked for several times. */
const MOST_SELECTORS = 6
