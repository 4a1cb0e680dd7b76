import { messageOf } from '../base/errors.ts'
import { InvalidFileError } from '../base/file-problem.ts'
import { createSchemaCheck } from '../base/schema-check.ts'
import { Type } from '../base/type.ts'
import { positionsInJson } from '../base/yaml-source.ts'
import type { Journal } from '../drills/journal.ts'
import { reporterErrors } from './errors.ts'

const time = Type.Union([Type.Number(), Type.Null()])
const text = Type.Union([Type.String(), Type.Null()])
const list = (properties: Parameters<typeof Type.Object>[0]) => Type.Array(Type.Object(properties))
const otherAlerts = list({ alertname: Type.String(), labels: Type.Record(Type.String()), firedAtMs: Type.Number() })

/** The parts of a journal that reports rest on. More may stand beside them. */
const FORM = Type.Object({
  schemaVersion: Type.Literal(1),
  drill: Type.Object({ title: Type.String(), file: Type.String(), sha256: Type.String() }),
  startedAt: Type.String(),
  verdict: Type.Union(
    (['held', 'deviated', 'inconclusive', 'aborted', 'errored'] as const).map((one) => Type.Literal(one)),
  ),
  reasons: Type.Array(Type.String()),
  mttdMs: time,
  mttrMs: time,
  repairedBy: text,
  stages: list({ name: Type.String(), atMs: time, sinceInjectedMs: time, resolutionMs: Type.Number() }),
  expectations: list({
    kind: Type.String(),
    text: Type.String(),
    met: Type.Boolean(),
    sinceInjectedMs: time,
    withinMs: time,
    observed: Type.String(),
  }),
  unexpectedAlerts: otherAlerts,
  machineAlerts: otherAlerts,
  exceptedAlerts: otherAlerts,
  inhibitedAlerts: otherAlerts,
  baseline: Type.Object({ clean: Type.Boolean(), findings: Type.Array(Type.String()) }),
  faults: list({ fault: Type.String(), service: Type.String(), injectedAtMs: Type.Number() }),
  incidents: Type.Array(Type.Object({})),
  profile: text,
  runtime: text,
  seed: Type.Number(),
  timings: list({ name: Type.String(), startedAtMs: Type.Number(), tookMs: Type.Number() }),
})

/** One for all journals: it compiles the form once. */
const check = createSchemaCheck()

/** What journals written before these were thought of lack: nothing was known of it. */
const LATER = { budgets: [], series: null, carriedAlerts: [], steps: [], timing: null, parameters: {}, versions: {} }

/**
 * The journal that a file holds.
 * @throws FD_JOURNAL_INVALID with every problem and its line
 */
export function readJournal(content: string, path: string): Journal {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (cause) {
    throw reporterErrors.error('FD_JOURNAL_INVALID', {
      message: `this is not JSON: ${messageOf(cause)}`,
      where: path,
      expected: 'a journal, as `firedrill run` writes one into the folder journals/ of the state folder',
      next: 'firedrill report --list shows those there are',
      cause,
    })
  }
  const problems = check(FORM, value, [], positionsInJson(content))
  if (problems.length > 0) throw new InvalidFileError('FD_JOURNAL_INVALID', path, problems)
  const journal = value as Journal
  const { why = '' } = journal.drill as Partial<Journal['drill']>
  const { tolerated = [] } = journal.baseline as Partial<Journal['baseline']>
  return {
    ...LATER,
    ...journal,
    drill: { ...journal.drill, why },
    baseline: { ...journal.baseline, tolerated },
    expectations: journal.expectations.map((one) => ({ ...one, samples: one.samples ?? [] })),
  }
}
