import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDuration } from '../base/units/duration.ts'
import { profiles } from '../stack/profile.ts'
import type { LintRule } from './finding.ts'
import { ANY_SERIES } from './knowledge/any-series.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import { shippedKnowledge } from './knowledge/shipped-knowledge.ts'
import { lint } from './lint.ts'
import { type Benign, benignAnywhere, benignHere } from './test-benign.ts'
import { neverHere } from './test-never.ts'

const here = shippedKnowledge(profiles.production)

/** test/rules/lint-truth.test.ts holds the same rules against a real Prometheus. */
function found(rule: Omit<Benign, 'series'>, knowledge: Knowledge) {
  const { expr, labels = {}, annotations = {}, record = [] } = rule
  const base = { group: 'g', evaluationMs: 15_000, forMs: 0, labels: {}, annotations: {} }
  const recording = record.map(
    (one): LintRule => ({ ...base, name: one.record, alerts: false, expr: one.expr, labels: one.labels ?? {} }),
  )
  const forMs = parseDuration(rule.for ?? '') ?? 0
  return lint([...recording, { ...base, name: 'A', alerts: true, expr, forMs, labels, annotations }], knowledge)
}

const wrongIn = (rules: readonly Benign[], knowledge: Knowledge) =>
  rules.flatMap((rule) => found(rule, knowledge).map(({ kind, message }) => `${rule.expr}: ${kind}: ${message}`))

describe('lint', () => {
  it.each(Object.entries(benignHere))('lets pass, on the stack that ships, %s', (_, rules) => {
    expect(wrongIn(rules, here)).toEqual([])
  })

  it.each(Object.entries(benignAnywhere))('lets pass, on a system of which nothing is known, %s', (_, rules) => {
    expect(wrongIn(rules, ANY_SERIES)).toEqual([])
  })

  it('waits as long as a rule wants: the wait is no matter of samples', () => {
    expect(found({ expr: 'up == 0', for: '8d' }, here)).toEqual([])
  })

  it.each(Object.entries(neverHere))('finds every form of: %s', (kind, rules) => {
    expect(rules.length).toBeGreaterThanOrEqual(3)
    expect(rules.filter((rule) => !found(rule, here).some((one) => one.kind === kind))).toEqual([])
  })

  it('has an example of each kind in docs/lint.md', () => {
    const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8')
    expect(Object.keys(neverHere).filter((kind) => !page.includes(`| \`${kind}\` | `))).toEqual([])
  })

  it.each(
    neverHere.impossible.filter(
      ({ expr }) => !/timestamp|stock|ALERTS|nodejs|http_|redis_|node_load|histogram/.test(expr),
    ),
  )('needs to know no series for $expr', (rule) => {
    expect(found(rule, ANY_SERIES).map(({ kind }) => kind)).toContain('impossible')
  })
})
