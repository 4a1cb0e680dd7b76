import { STAGE_NAMES } from '../../../../src/drills/journal/schema/stage-names.ts'
import { type Expectation, type Floor, originOf, type Stage, type Story } from '../story/story.ts'

/** The lane of one stage. Times are epoch milliseconds. */
export interface StageLane {
  name: Stage['name']
  /** When the stage before it was reached. */
  fromMs: number
  /** When it was reached; null when it is not, or not yet. */
  toMs: number | null
  /** Whether it is what the run waits for now. */
  isNext: boolean
  /** What the clocks of the monitoring need. */
  floor: { fromMs: number; toMs: number } | null
  /** The latest time that an expectation allows. */
  boundMs: number | null
  isLate: boolean
  stage: Stage | undefined
}

/** One lane for each stage of the way from the injection to an alert that is resolved. Empty when nothing was injected. */
export function stageLanes(story: Story): StageLane[] {
  const { stages, isUnderWay, floor, expectations, zeroMs } = story
  if (zeroMs === null || story.zeroName === 'begin') return []
  const byName = new Map(stages.map((stage) => [stage.name, stage]))
  const lanes: StageLane[] = []
  let reachedMs = zeroMs
  let isNextFound = false
  const lastReached = STAGE_NAMES.findLastIndex((name) => (byName.get(name)?.atMs ?? null) !== null)
  for (const [place, name] of STAGE_NAMES.entries()) {
    const stage = byName.get(name)
    const toMs = stage?.atMs ?? null
    const isNext = isUnderWay && toMs === null && !isNextFound && place > lastReached
    if (isNext) isNextFound = true
    const expectation = expectationOf(name, expectations)
    const boundMs = expectation === undefined ? null : zeroMs + (expectation.withinMs ?? 0)
    lanes.push({
      name,
      fromMs: Math.min(reachedMs, toMs ?? reachedMs),
      toMs,
      isNext,
      floor: floorOf(name, floor, originOf(story)),
      boundMs,
      isLate: expectation !== undefined && isLate(expectation, { story, reachedMs: toMs }),
      stage,
    })
    if (toMs !== null) reachedMs = Math.max(reachedMs, toMs)
  }
  return lanes
}

function floorOf(name: Stage['name'], floor: Floor | null, zeroMs: number): StageLane['floor'] {
  if (floor === null || !(name === 'seen' || name === 'firing' || name === 'received')) return null
  const { minMs, maxMs } = floor[name]
  return { fromMs: zeroMs + minMs, toMs: zeroMs + maxMs }
}

/** The stage that an expectation of this kind is about. */
const STAGE_OF: Readonly<Record<string, Stage['name']>> = {
  metric: 'seen',
  alert: 'firing',
  action: 'acted',
  steady: 'good again',
}

/** The first expectation about a stage: stages are about the first one as well. */
function expectationOf(name: Stage['name'], expectations: readonly Expectation[]): Expectation | undefined {
  return expectations.find(({ kind, withinMs }) => STAGE_OF[kind] === name && withinMs !== null)
}

function isLate(
  { tried, met, withinMs }: Expectation,
  { story, reachedMs }: { story: Story; reachedMs: number | null },
): boolean {
  if (!story.isUnderWay) return tried && !met
  return (reachedMs ?? story.untilMs) > (story.zeroMs ?? 0) + (withinMs ?? 0)
}
