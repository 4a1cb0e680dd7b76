import type { TSchema } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { alertmanagerSchema, clocksSchema, prometheusSchema, Url, Urls } from './monitoring-schema.ts'

/** What is wrong with how a firedrill.yaml names its monitoring. */

export interface MonitoringCheck {
  /** Holds a value against a schema. */
  against(schema: TSchema, value: unknown, path: Path): void
  complain(path: Path, problem: Pick<FileProblem, 'message' | 'expected'>): void
}

/** Each part is held against the schema of its kind: a URL, a list, or a mapping. */
export function checkMonitoring(root: Readonly<Record<string, unknown>>, check: MonitoringCheck): void {
  const { prometheus, alertmanager, clocks } = root
  checkPart(
    { part: 'prometheus', value: prometheus, ways: ['url', 'urls', 'query', 'kubernetes'] },
    prometheusSchema,
    check,
  )
  checkPart(
    { part: 'alertmanager', value: alertmanager, ways: ['url', 'urls', 'kubernetes'] },
    alertmanagerSchema,
    check,
  )
  if (clocks === undefined) return
  check.against(clocksSchema, clocks, ['clocks'])
  for (const [name, text] of Object.entries(isObject(clocks) ? clocks : {})) {
    if (name === 'groupWait' || typeof text !== 'string' || parseDuration(text) !== 0) continue
    check.complain(['clocks', name], { message: 'no time at all', expected: 'a duration above 0: 15s' })
  }
}

function checkPart(
  { part, value, ways }: { part: string; value: unknown; ways: readonly string[] },
  mapping: TSchema,
  { against, complain }: MonitoringCheck,
): void {
  // That it is missing is found with the keys of the file.
  if (value === undefined) return
  const schema = Array.isArray(value) ? Urls('') : isObject(value) ? mapping : Url('')
  against(schema, value, [part])
  if (schema !== mapping || !isObject(value)) return
  const given = ways.filter((way) => value[way] !== undefined)
  if (given.length === 1) return
  const message = given.length === 0 ? 'has no URL' : `has ${given.join(' and ')}`
  complain([part], { message, expected: `one of ${ways.join(', ')}` })
}
