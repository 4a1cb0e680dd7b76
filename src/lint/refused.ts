import { defined } from '../base/defined.ts'
import { checkPromql } from '../promql/check.ts'
import { checkTemplate } from '../promql/template/check.ts'
import type { LintFinding, LintRule, RulePart } from './finding.ts'

/** What the Prometheus that ships refuses in the texts of a rule, or can never evaluate. */
export function refusedOf(rule: LintRule): LintFinding[] {
  const about = { rule: rule.name, group: rule.group }
  const { value, problems } = checkPromql(rule.expr)
  const findings: LintFinding[] = problems.map((problem) => ({
    kind: 'refused',
    ...about,
    part: 'expr',
    text: rule.expr.slice(problem.from, problem.to),
    ...problem,
  }))
  if (value === 'matrix' || value === 'string') {
    const given = value === 'matrix' ? 'a range vector' : 'a string'
    const message = `a rule needs an instant vector or a scalar, and this gives ${given}: every evaluation fails`
    const whole = { from: 0, to: rule.expr.length, text: rule.expr }
    findings.push({ kind: 'impossible', ...about, part: 'expr', ...whole, message })
  }
  return rule.alerts
    ? [...findings, ...templates(rule).flatMap(([part, text]) => refusedTemplate(part, text))]
    : findings

  function refusedTemplate(part: RulePart, text: string): LintFinding[] {
    return checkTemplate(text).map(({ message, from, to, next }) => ({
      kind: 'refused',
      ...about,
      part,
      from,
      to,
      text: text.slice(from, to),
      message: `${part.slice(part.indexOf('.') + 1)}: ${message}`,
      ...defined({ next }),
    }))
  }
}

/** Every text of an alert that is a template, by its place. */
export function templates({ labels, annotations }: LintRule): [RulePart, string][] {
  return [
    ...Object.entries(labels).map(([name, text]): [RulePart, string] => [`labels.${name}`, text]),
    ...Object.entries(annotations).map(([name, text]): [RulePart, string] => [`annotations.${name}`, text]),
  ]
}
