import { messageOf } from '../base/errors.ts'
import { InvalidFileError } from '../base/files/file-problem.ts'
import { fileLimits, readUserFile } from '../base/files/user-file.ts'
import { createSchemaCheck } from '../base/schema/schema-check.ts'
import { positionsInJson } from '../base/yaml/yaml-source.ts'
import { BASELINE_SCHEMA, type BaselineFile } from './baseline.ts'
import { baselineErrors } from './errors.ts'

/** The baseline that a file holds. @throws FD_BASELINE_FILE */
export async function readBaseline(path: string): Promise<BaselineFile> {
  const next = 'firedrill baseline save writes one'
  const missing = (cause: unknown) =>
    baselineErrors.error('FD_BASELINE_FILE', { message: 'there is no such file', where: path, next, cause })
  const content = await readUserFile(path, { maxBytes: fileLimits.written, missing })
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    const message = `not JSON: ${messageOf(cause)}`
    throw baselineErrors.error('FD_BASELINE_FILE', { message, where: path, next, cause })
  }
  const problems = createSchemaCheck()(BASELINE_SCHEMA, value, { path: [], source: positionsInJson(content) })
  if (problems.length > 0) throw new InvalidFileError('FD_BASELINE_FILE', path, problems)
  return value as BaselineFile
}
