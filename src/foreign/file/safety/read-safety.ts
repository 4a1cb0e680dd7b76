/** Reads what a firedrill.yaml demands of runs. */

import type { Static } from '#typebox'
import { defined } from '../../../base/defined.ts'
import { parseRatio } from '../../../base/units/ratio.ts'
import { readMetricCheck } from '../../../drills/evidence/expected.ts'
import { readDuration } from '../../../drills/fields.ts'
import type { AbortCondition, Safety, StartCondition } from '../../../drills/safety/safety.ts'
import type { systemSchema } from '../system-schema.ts'

type Document = Static<typeof systemSchema>
type Written = Pick<Document, 'environment' | 'abortWhen' | 'onlyIf' | 'maxDuration' | 'maxReplicas'>

/** What a valid firedrill.yaml demands of every run. */
export function readSafety({
  environment,
  abortWhen = 'none',
  onlyIf = [],
  maxDuration,
  maxReplicas,
}: Written): Safety {
  return {
    environment,
    abortWhen: abortWhen === 'none' ? [] : abortWhen.map(toAbort),
    onlyIf: [onlyIf].flat().map(toStart),
    ...defined({ maxDurationMs: maxDuration === undefined ? undefined : readDuration(maxDuration), maxReplicas }),
  }
}

function toAbort(entry: Exclude<NonNullable<Written['abortWhen']>, 'none'>[number]): AbortCondition {
  if ('metric' in entry) return readMetricCheck(entry)
  return { alert: { alert: entry.alert, labels: entry.labels ?? {} } }
}

function toStart(entry: string | { metric: string; is: string }): StartCondition {
  if (typeof entry !== 'string') return readMetricCheck(entry)
  return { aboveRatio: readBudgetLeft(entry) ?? 0 }
}

/** `budget > 20%` as 0.2; `undefined` when the text is not of that form. */
export function readBudgetLeft(text: string): number | undefined {
  const [name = '', share = '', ...more] = text.split('>').map((part) => part.trim())
  return name === 'budget' && more.length === 0 ? parseRatio(share) : undefined
}
