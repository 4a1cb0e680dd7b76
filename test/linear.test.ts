import { describe, expect, it } from 'vitest'
import { visible } from '../src/base/text/visible.ts'
import { parseDuration } from '../src/base/units/duration.ts'
import { readThresholds } from '../src/load/result/thresholds.ts'
import { parseComparison } from '../src/probes/comparison.ts'
import { isSelector } from '../src/probes/prometheus.ts'
import { parseExpression } from '../src/promql/expression.ts'
import { plain, plainInHtml } from '../src/reporters/text/markdown-text.ts'
import { parseMatchers } from '../src/routing/config/matcher-text.ts'
import { momentOf } from '../src/routing/moment.ts'
import { readObjectives } from '../src/slo/document/objective-file.ts'
import { incrementOf, whyNotCountable } from '../src/slo/increments.ts'

/** What people or the network may send, and what reads it. */
const readers: Record<string, (text: string) => unknown> = {
  'the queries of objectives': (text) => [
    whyNotCountable(`rate(a${text}`),
    incrementOf(`rate(a${text}`, { stepMs: 1_000, delayMs: 0, recentMs: 9_000, memoryMs: 9_000 }),
  ],
  'the queries of OpenSLO': (text) => attempt(() => readObjectives([{ file: 'x', text: openSlo(`a${text}b`) }])),
  Markdown: (text) => [plain(`a${text}b`), plainInHtml(text)],
  'hidden characters': visible,
  durations: (text) => parseDuration(text),
  selectors: (text) => isSelector(`a${text}x`),
  PromQL: (text) => attempt(() => parseExpression(text)),
  'matchers of Alertmanager': (text) => [parseMatchers(text), parseMatchers(`a="${text}`), parseMatchers(`"${text}`)],
  moments: (text) => attempt(() => momentOf(text, 0)),
  thresholds: (text) => attempt(() => readThresholds([`p95${text}`])),
  'comparisons, which schemas bound': (text) => parseComparison(text.slice(0, 1_000)),
}
const units = [
  ' ',
  '\n',
  ' \n',
  '\t',
  '1',
  'a',
  '{',
  '}',
  '"',
  '(',
  '[',
  '[{{',
  '{{ ',
  '[{{.window}}:',
  'rate(',
  'rate(a{"',
  '\\',
  '_over_time',
  ']',
  '1m',
  '\u001b',
]

describe('text of any length', () => {
  it.each(Object.entries(readers))('takes time in proportion to its length: %s', (_, read) => {
    const slow = units.filter((unit) => {
      const text = unit.repeat(Math.ceil(100_000 / unit.length))
      const begun = process.cpuUsage()
      read(text)
      // In quadratic time, 80,000 blanks took 40 to 60 seconds.
      return process.cpuUsage(begun).user > 1_500_000
    })
    expect(slow).toEqual([])
  })
})

function attempt(work: () => unknown): unknown {
  try {
    return work()
  } catch {
    return undefined
  }
}

function openSlo(query: string): string {
  return JSON.stringify({
    apiVersion: 'openslo/v1',
    kind: 'SLO',
    metadata: { name: 'x' },
    spec: {
      service: 'x',
      budgetingMethod: 'Occurrences',
      timeWindow: [{ duration: '30d', isRolling: true }],
      objectives: [{ target: 0.9 }],
      indicator: {
        metadata: { name: 'y' },
        spec: {
          ratioMetric: {
            counter: true,
            total: { metricSource: { type: 'Prometheus', spec: { query } } },
            bad: { metricSource: { type: 'Prometheus', spec: { query } } },
          },
        },
      },
    },
  })
}
