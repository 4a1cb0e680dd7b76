import type { ErrorCode, FiredrillError } from '../errors.ts'
import { type FileProblem, InvalidFileError } from '../files/file-problem.ts'
import { fileLimits, readUserFile } from '../files/user-file.ts'
import { parseYamlSource, type YamlSource } from './yaml-source.ts'

/**
 * The text of a YAML file that a person wrote. `missing` makes the error for a file that is not there.
 * @throws that error, or FD_FILE_UNREADABLE
 */
export function readYamlFile(
  file: string,
  missing: (found: { where: string; cause: unknown }) => FiredrillError,
): Promise<string> {
  return readUserFile(file, { maxBytes: fileLimits.written, missing: (cause) => missing({ where: file, cause }) })
}

/**
 * A text as YAML that has passed its check; `file` is what problems name.
 * @throws the error of that code with all problems of the file; of one that is no YAML, only those
 */
export function parseYamlFile(
  text: string,
  { file, code, check }: { file: string; code: ErrorCode; check(source: YamlSource): FileProblem[] },
): YamlSource {
  const source = parseYamlSource(text)
  const problems = source.problems.length > 0 ? source.problems : check(source)
  if (problems.length > 0) throw new InvalidFileError(code, file, problems)
  return source
}
