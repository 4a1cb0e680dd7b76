import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseDuration } from '../base/duration.ts'
import { renderAll } from './preferred-context.ts'
import { profiles } from './profile.ts'
import { describeStack } from './topology.ts'

/** Every duration of a document, with its path: plain strings, range selectors in expressions, and seconds compared with a scrape's. */
function durations(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'string') {
    const whole = parseDuration(value)
    if (whole !== undefined) return [[path, whole]]
    const ranges = [...value.matchAll(/\[(\w+)\]/g)].map(([, range]) => [
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
  return Object.entries(value).flatMap(([key, one]) => durations(one, `${path}/${key}`))
}

function blankDurations(text: string): string {
  return text
    .replace(/\b\d+(?:\.\d+)?(?:ms|s|m|h|d)\b/g, 'T')
    .replace(/(scrape_duration_seconds[^<>]* (?:<|>=)) [\d.]+/g, '$1 T')
}

describe('profiles', () => {
  const lab = renderAll(describeStack(profiles.lab))
  const production = renderAll(describeStack(profiles.production))

  it.each([...production.keys()].filter((name) => name.endsWith('.yml')))(
    'lab and production differ in %s by one factor in every duration, and in nothing else',
    (name) => {
      const [slow, fast] = [production.get(name) ?? '', lab.get(name) ?? '']
      const expected = durations(parse(slow)).map(([path, ms]) => [path, Math.round(ms / profiles.lab.factor)])
      expect(expected.length).toBeGreaterThan(0)
      expect(durations(parse(fast))).toEqual(expected)
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
