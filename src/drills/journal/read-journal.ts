import { messageOf } from '../../base/errors.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { positionsInJson } from '../../base/yaml/yaml-source.ts'
import { drillErrors } from '../errors.ts'
import { NOT_COUNTED, NOT_REACHED } from '../judge/expectation-results.ts'
import type { Journal } from './journal.ts'
import { LATER, readableJournal } from './readable-journal.ts'

/** What journals from before `tried` say of an expectation that was not. */
const NOT_TRIED: readonly string[] = [NOT_REACHED, NOT_COUNTED]

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
  const problems = check(readableJournal, value, [], positionsInJson(content))
  if (problems.length > 0) throw new InvalidFileError('FD_JOURNAL_INVALID', path, problems)
  const journal = value as Journal
  const { drill, baseline, expectations, load } = journal
  return {
    ...LATER,
    ...journal,
    drill: { ...drill, why: drill.why ?? '' },
    baseline: { ...baseline, tolerated: baseline.tolerated ?? [] },
    expectations: expectations.map((one) => ({
      ...one,
      samples: one.samples ?? [],
      tried: one.tried ?? (one.met || !NOT_TRIED.includes(one.observed)),
    })),
    load: load === null ? null : { ...load, ratePerSecondPlanned: load.ratePerSecondPlanned ?? null },
  }
}
