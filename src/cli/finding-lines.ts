import { visibleLine } from '../base/visible.ts'
import type { Finding, LintRule } from '../lint/finding.ts'

/** Findings for a terminal: where, what, and what would help. */
export function findingLines(rules: readonly LintRule[], findings: readonly Finding[]): string[] {
  const lines = findings.flatMap(({ group, rule, kind, from, text, message, next }) => [
    visibleLine(`${group}/${rule}: ${kind}: ${message}`),
    `  at:   ${from + 1}: ${visibleLine(text)}`,
    ...(next === undefined ? [] : [`  next: ${next}`]),
  ])
  const count =
    findings.length === 0 ? 'nothing to find' : findings.length === 1 ? '1 finding' : `${findings.length} findings`
  return [...lines, `${rules.length} rules: ${count}`]
}
