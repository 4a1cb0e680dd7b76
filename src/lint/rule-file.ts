import type { Static } from 'typebox'
import { parseDuration } from '../base/duration.ts'
import { InvalidFileError } from '../base/file-problem.ts'
import { createSchemaCheck } from '../base/schema-check.ts'
import { strictRecord } from '../base/strict-record.ts'
import { Type } from '../base/type.ts'
import { parseYamlSource } from '../base/yaml-source.ts'
import type { LintRule } from './finding.ts'

const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])
const texts = Type.Union([strictRecord(scalar), Type.Null()])

/** As far as it is read here: what Prometheus knows beside that, promtool checks. */
const ruleFileSchema = Type.Object({
  groups: Type.Optional(
    Type.Union([
      Type.Array(
        Type.Object({
          name: scalar,
          interval: Type.Optional(scalar),
          rules: Type.Optional(
            Type.Union([
              Type.Array(
                Type.Object({
                  alert: Type.Optional(scalar),
                  record: Type.Optional(scalar),
                  expr: scalar,
                  for: Type.Optional(scalar),
                  labels: Type.Optional(texts),
                  annotations: Type.Optional(texts),
                }),
              ),
              Type.Null(),
            ]),
          ),
        }),
      ),
      Type.Null(),
    ]),
  ),
})

type RuleFile = Static<typeof ruleFileSchema>
type Scalar = Static<typeof scalar>

const check = createSchemaCheck()

/** The rules of a Prometheus rule file; `file` is what problems name. @throws FD_LINT_FILE with all of them */
export function readRules(text: string, evaluationMs: number, file: string): LintRule[] {
  const source = parseYamlSource(text)
  const value = source.value ?? {}
  const problems = source.problems.length > 0 ? source.problems : check(ruleFileSchema, value, [], source)
  if (problems.length > 0) throw new InvalidFileError('FD_LINT_FILE', file, problems)
  return ((value as RuleFile).groups ?? []).flatMap(({ name: group, interval, rules }) =>
    (rules ?? []).map((rule) => ({
      group: textOf(group),
      name: textOf(rule.alert ?? rule.record),
      alerts: rule.alert !== undefined,
      expr: textOf(rule.expr),
      forMs: parseDuration(textOf(rule.for)) ?? 0,
      evaluationMs: parseDuration(textOf(interval)) ?? evaluationMs,
      labels: textsOf(rule.labels),
      annotations: textsOf(rule.annotations),
    })),
  )
}

/** Prometheus takes every scalar for a text. */
function textOf(value: Scalar | undefined): string {
  return String(value ?? '')
}

function textsOf(values: Readonly<Record<string, Scalar>> | null | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, textOf(value)]))
}
