import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseDuration } from '../base/units/duration.ts'
import { readObjectives } from '../slo/document/objective-file.ts'
import { renderAll } from './preferred-context.ts'
import { profiles } from './profile.ts'
import { defaultSettings } from './settings.ts'
import { describeStack } from './topology.ts'

/** The window named 5m is named so on every clock. */
const NAMES = /\/labels\/sloth_window$/

/** Every duration of a document, with its path: plain strings, ranges and offsets in expressions, seconds compared with a scrape's, days of a period. */
function durations(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'string') {
    const whole = parseDuration(value)
    if (whole !== undefined) return NAMES.test(path) ? [] : [[path, whole]]
    const ranges = [...value.matchAll(/(?:\[|offset )(\w+)/g)].map(([, range]) => [
      `${path}[range]`,
      parseDuration(range ?? '') ?? Number.NaN,
    ])
    const seconds = [...value.matchAll(/scrape_duration_seconds[^<>]* (?:<|>=) ([\d.]+)/g)].map(([, text]) => [
      `${path}[seconds]`,
      Number(text) * 1_000,
    ])
    return [...ranges, ...seconds] as [string, number][]
  }
  if (typeof value !== 'object' || value === null) return []
  const { record, expr } = value as { record?: unknown; expr?: unknown }
  if (record === 'slo:time_period:days') {
    return [[`${path}[days]`, Number(/^vector\((.*)\)$/.exec(String(expr))?.[1]) * 86_400_000]]
  }
  return Object.entries(value).flatMap(([key, one]) => durations(one, `${path}/${key}`))
}

function blankDurations(text: string): string {
  return text
    .replace(/\b\d+(?:\.\d+)?(?:ms|s|m|h|d)\b/g, 'T')
    .replace(/(slo:time_period:days\n\s+expr: "vector)\([\d.]+\)/g, '$1(T)')
    .replace(/(scrape_duration_seconds[^<>]* (?:<|>=)) [\d.]+/g, '$1 T')
}

/** One of each kind of objective: what each rule file may hold. */
const spec = (kind: string, counting: string) => `
version: prometheus/v1
service: ${kind}
x-firedrill: { counting: ${counting} }
slos:
  - name: orders
    objective: 99.9
    sli: { events: { error_query: 'sum(rate(a{b="c"}[{{.window}}]))', total_query: 'sum(rate(a[{{.window}}]))' } }
    alerting: { name: OrdersFail }
`

describe('profiles', () => {
  const objectives = readObjectives([{ file: 'x', text: `${spec('mean', 'averages')}---${spec('exact', 'events')}` }])
  const settings = { ...defaultSettings, objectives }
  const lab = renderAll(describeStack(profiles.lab, settings, { dashboards: new Map() }))
  const production = renderAll(describeStack(profiles.production, settings, { dashboards: new Map() }))

  /** Say only where files are, and who may ask. */
  const clockless = /^grafana\/provisioning\/dashboards\/|^web\//

  it.each([...production.keys()].filter((name) => name.endsWith('.yml') && !clockless.test(name)))(
    'lab and production differ in %s by one factor in every duration, and in nothing else',
    (name) => {
      const [slow, fast] = [production.get(name) ?? '', lab.get(name) ?? '']
      const expected = durations(parse(slow))
      const found = durations(parse(fast))
      expect(expected.length).toBeGreaterThan(0)
      expect(found.map(([path]) => path)).toEqual(expected.map(([path]) => path))
      // A range that leaves out the sample at its end is a millisecond shorter, on every clock.
      const isScaled = (ms: number, of: number) => Math.abs(ms - of / profiles.lab.factor) <= 1
      expect(found.filter(([, ms], index) => !isScaled(ms, expected[index]?.[1] ?? Number.NaN))).toEqual([])
      expect(blankDurations(fast)).toBe(blankDurations(slow))
    },
  )

  it('derive every duration from production, also those that become arguments', () => {
    for (const [key, ms] of Object.entries(profiles.production.timing)) {
      expect(profiles.lab.timing[key as keyof typeof profiles.lab.timing]).toBe(Math.round(ms / profiles.lab.factor))
    }
  })

  it('scrape every 500 ms in the lab, and every 15 s in production', () => {
    expect(profiles.lab.timing.scrapeMs).toBe(500)
    expect(profiles.production.timing.scrapeMs).toBe(15_000)
  })

  it('compare with the usual teaching settings: scrape 15 s, for 1m, group wait 30 s', () => {
    expect(profiles.teaching.timing).toMatchObject({
      scrapeMs: 15_000,
      evaluationMs: 15_000,
      refusedForMs: 60_000,
      groupWaitMs: 30_000,
    })
  })
})
