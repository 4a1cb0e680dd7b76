import type { Static } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import { problemAt, type SourcePath } from './objective-document.ts'
import type { sloSpecSchema } from './openslo-schema.ts'

/** Parts of OpenSLO that are refused, with the reason. */

type SloSpec = Static<typeof sloSpecSchema>

const ALERTS = 'alert policies are not supported: each objective gets a page and a ticket'

/** Kinds of OpenSLO documents that are not read, with the reason. */
export const UNSUPPORTED_KINDS: ReadonlyMap<string, string> = new Map([
  ['AlertPolicy', ALERTS],
  ['AlertCondition', ALERTS],
  ['AlertNotificationTarget', ALERTS],
])

/** Parts of an objective that make it one of a composite. */
const COMPOSITE = ['indicator', 'indicatorRef', 'compositeWeight'] as const

const PERIODS = ['30d', '28d', '4w']

/** What a spec uses of OpenSLO that is not supported, and what it leaves out that OpenSLO requires. */
export function checkSupport(spec: SloSpec, at: Path, source: YamlSource): FileProblem[] {
  const problems: FileProblem[] = []
  const refuse = (path: Path, message: string, { expected, given }: { expected: string; given?: unknown }) =>
    problems.push(problemAt({ source, path: [...at, ...path] }, message, { expected, given, key: given === undefined }))
  const { timeWindow, budgetingMethod, objectives } = spec
  if (spec.alertPolicies !== undefined && !isEmpty(spec.alertPolicies)) {
    refuse(['alertPolicies'], ALERTS, { expected: 'no alertPolicies' })
  }
  for (const [index, { duration, isRolling, calendar }] of timeWindow.entries()) {
    const path = ['timeWindow', index]
    if (calendar !== undefined || isRolling !== true) {
      const message = 'a calendar window is not supported: the budget is that of the last days'
      problems.push(
        problemAt({ source, path: [...at, ...path] }, message, {
          expected: 'isRolling: true, with duration 30d, 28d or 4w',
        }),
      )
    } else if (!PERIODS.includes(duration)) {
      const expected = 'one of 30d, 28d, 4w'
      refuse([...path, 'duration'], 'the burn-rate windows do not fit this period', { expected, given: duration })
    }
  }
  if (budgetingMethod === 'Timeslices') {
    const message = 'Timeslices count good slices of time, which is not supported'
    const expected = 'Occurrences, which counts events, or RatioTimeslices'
    refuse(['budgetingMethod'], message, { expected, given: budgetingMethod })
  }
  for (const [index, objective] of objectives.entries()) {
    const path = ['objectives', index]
    const composite = COMPOSITE.find((key) => objective[key] !== undefined)
    if (composite !== undefined) {
      const expected = 'an objective whose indicator is that of the spec'
      refuse([...path, composite], 'composites of several indicators are not supported', { expected })
    }
    if (budgetingMethod === 'RatioTimeslices') {
      problems.push(...checkSlice(objective.timeSliceWindow, { source, path: [...at, ...path] }))
    }
  }
  return problems
}

/** The slices whose ratios are averaged are the 5m windows. */
function checkSlice(slice: string | number | undefined, { source, path }: SourcePath): FileProblem[] {
  const expected = '5m: the mean is that of the ratios over 5m'
  if (slice === undefined) return [problemAt({ source, path }, '"timeSliceWindow" is missing', { expected })]
  if (slice === '5m' || slice === 5) return []
  const place = { source, path: [...path, 'timeSliceWindow'] }
  return [problemAt(place, 'slices of another length are not supported', { expected, given: slice })]
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}
