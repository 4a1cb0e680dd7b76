import { messageOf } from '../../base/errors.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { positionsInJson } from '../../base/yaml/yaml-source.ts'
import { drillErrors } from '../errors.ts'
import type { Journal } from './journal.ts'
import { withMissing, withPresentNames } from './older-journals.ts'
import { readableJournal } from './readable-journal.ts'

/** Reads a journal from a file, of this version or an older one. */

/** One for all journals: it compiles the form once. */
const check = createSchemaCheck()

/**
 * The journal that a file holds.
 * @throws FD_JOURNAL_INVALID with every problem and its line
 */
export function readJournal(content: string, path: string): Journal {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    throw drillErrors.error('FD_JOURNAL_INVALID', {
      message: `this is not JSON: ${messageOf(cause)}`,
      where: path,
      expected: 'a journal, as `firedrill run` writes one into the folder journals/ of the state folder',
      next: 'firedrill report --list shows those there are',
      cause,
    })
  }
  const present = withPresentNames(value)
  const problems = check(readableJournal, present, { path: [], source: positionsInJson(content) })
  if (problems.length > 0) throw new InvalidFileError('FD_JOURNAL_INVALID', path, problems)
  return withMissing(present as Journal)
}
