import { messageOf } from '../../base/errors.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { Type } from '../../base/schema/type.ts'
import { positionsInJson } from '../../base/yaml/yaml-source.ts'
import { loadErrors } from '../errors.ts'
import type { LoadResult } from './result.ts'

/** Reads the file of an earlier load run. */

const latency = Type.Object({ p50: Type.Number(), p95: Type.Number(), p99: Type.Number(), max: Type.Number() })
const figures = {
  requests: Type.Number(),
  failures: Type.Number(),
  latencyMs: Type.Union([latency, Type.Null()]),
}

/** What a comparison needs. The file has more. */
const FORM = Type.Object({
  kind: Type.Literal('firedrill load'),
  schemaVersion: Type.Literal(1),
  outcome: Type.String(),
  elapsedMs: Type.Number(),
  setting: Type.Object({ journey: Type.String(), plan: Type.Object({}) }),
  total: Type.Object(figures),
  endpoints: Type.Array(Type.Object({ name: Type.String(), ...figures })),
})

const check = createSchemaCheck()

/** Reads the result of a load run. @throws FD_LOAD_RESULT with every problem and its line */
export function readLoadResult(content: string, path: string): LoadResult {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    throw loadErrors.error('FD_LOAD_RESULT', {
      message: `this is not JSON: ${messageOf(cause)}`,
      where: path,
      expected: 'a folder that `firedrill load` has written, or the result.json in it',
      cause,
    })
  }
  const problems = check(FORM, value, { path: [], source: positionsInJson(content) })
  if (problems.length > 0) throw new InvalidFileError('FD_LOAD_RESULT', path, problems)
  return value as LoadResult
}
