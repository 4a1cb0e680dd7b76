import { parse } from 'yaml'
import { parseDuration } from '../base/duration.ts'
import type { LintRule } from './finding.ts'

interface FileRule {
  alert?: string
  record?: string
  expr: string | number
  for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}
interface RuleFile {
  groups?: { name: string; interval?: string; rules?: FileRule[] }[]
}

/** The rules of a Prometheus rule file. What promtool would refuse is not this reader's business. */
export function readRules(text: string, evaluationMs: number): LintRule[] {
  const { groups = [] } = (parse(text) ?? {}) as RuleFile
  return groups.flatMap(({ name: group, interval, rules = [] }) =>
    rules.map((rule) => ({
      group,
      name: rule.alert ?? rule.record ?? '',
      alerts: rule.alert !== undefined,
      expr: String(rule.expr),
      forMs: parseDuration(rule.for ?? '') ?? 0,
      evaluationMs: parseDuration(interval ?? '') ?? evaluationMs,
      labels: rule.labels ?? {},
      annotations: rule.annotations ?? {},
    })),
  )
}
