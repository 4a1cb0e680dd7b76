import { describe, expect, it } from 'vitest'
import type { LintFinding } from '../../lint/finding.ts'
import { lintExit } from './lint.ts'

const found = (...kinds: LintFinding['kind'][]) => kinds.map((kind) => ({ kind }) as LintFinding)

describe('what firedrill lint exits with', () => {
  it.each([
    ['0 where rules were read, and nothing is wrong', { rules: 2, findings: [] }, 'ok'],
    ['3 where a rule can never fire', { rules: 2, findings: found('impossible') }, 'deviated'],
    ['3 where Prometheus does not load the only file', { rules: 0, findings: found('refused') }, 'deviated'],
    ['3 where one of several files has no rules', { rules: 2, findings: found('not read') }, 'deviated'],
    ['2 where nothing was checked', { rules: 0, findings: found('not read') }, 'usage'],
    ['2 where there was nothing to check', { rules: 0, findings: [] }, 'usage'],
  ])('is %s', (_, result, exit) => {
    expect(lintExit(result)).toBe(exit)
  })
})
