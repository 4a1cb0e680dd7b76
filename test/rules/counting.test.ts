import { describe, it, vi } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { readObjectives } from '../../src/slo/document/objective-file.ts'
import { countedSliGroups } from '../../src/slo/rules/counted-rules.ts'
import { testSpec } from '../../src/slo/test-spec.ts'
import { type Profile, profiles } from '../../src/stack/profile.ts'
import { checkGroups, type RuleTest } from './check-objectives.ts'

const counted = readObjectives([{ file: 'x', text: testSpec({ extra: 'x-firedrill: { counting: events }' }) }])

/** The group that counts. */
function checkCounts(profile: Profile, tests: readonly RuleTest[]): Promise<void> {
  const groups = counted.flatMap((objective) => countedSliGroups(objective, profile).slice(0, 1))
  return checkGroups(profile, groups, tests)
}

const failures = 'orders_total{job="shop",result="error"}'
const successes = 'orders_total{job="shop",result="ok"}'

// Of promtool, on a machine that has much else to do.
vi.setConfig({ testTimeout: 120_000 })

/** Values as they are scraped; `undefined` is a scrape that there was not. */
type Scrapes = readonly (number | undefined)[]

const written = (scrapes: Scrapes) => scrapes.map((value) => value ?? '_').join(' ')

/** All that was scraped: each value less the one before it, or whole after a restart. */
function events(scrapes: Scrapes): number {
  const values = scrapes.filter((value) => value !== undefined)
  return values.slice(1).reduce((sum, value, index) => {
    const before = values[index] ?? 0
    return sum + (value >= before ? value - before : value)
  }, 0)
}

/** Both counters, and what must be counted of them until well after their end. */
function countedAs(errors: Scrapes, oks: Scrapes, failed: number, total: number, sampleMs = 15_000): RuleTest {
  const sum = (name: string) => `sum(sum_over_time(${name}[1d]))`
  const atMs = Math.ceil(((errors.length - 1) * sampleMs + 60_000) / 30_000) * 30_000
  const sample = (value: number): [string, number][] => [['{}', value]]
  return {
    series: { [failures]: written(errors), [successes]: written(oks) },
    sampleMs,
    expect: [
      { expr: sum('slo:error_events:count'), atMs, samples: sample(failed) },
      { expr: sum('slo:total_events:count'), atMs, samples: sample(total) },
    ],
  }
}

const whole = (errors: Scrapes, oks: Scrapes, sampleMs?: number): RuleTest =>
  countedAs(errors, oks, events(errors), events(errors) + events(oks), sampleMs)

const steady = (count: number, value = 7): number[] => Array.from({ length: count }, () => value)
const unscraped = (count: number): undefined[] => Array.from({ length: count }, () => undefined)

describe.each([profiles.production, profiles.lab])('counted events on the clock of profile $name', (profile) => {
  it('are all that was scraped, also just before a quick restart, whichever scrape of a step that is', () =>
    checkCounts(
      profile,
      [11, 12, 13].flatMap((quiet) => [
        whole([...steady(quiet, 0), 50, ...steady(20, 0)], steady(quiet + 21)),
        // Each process is scraped once.
        whole([...steady(quiet, 0), 50, 20, 5, ...steady(20, 0)], steady(quiet + 23)),
        whole([...steady(quiet, 0), 5, 20, 3, 50, ...steady(20, 0)], steady(quiet + 24)),
      ]),
    ))

  it('are all that was scraped around a gap of more than five minutes, and of up to an hour', () =>
    checkCounts(
      profile,
      [24, 80, 230].flatMap((gap) => {
        const nothing = unscraped(gap)
        return [
          whole([...steady(9, 0), ...nothing, ...steady(20, 500)], [...steady(9), ...nothing, ...steady(20, 900)]),
          // A restart within the gap.
          whole([...steady(9, 300), ...nothing, ...steady(20, 40)], [...steady(9), ...nothing, ...steady(20, 900)]),
        ]
      }),
    ))

  it('are all that was scraped every 15 s, over restarts and gaps at random', () =>
    checkCounts(
      profile,
      Array.from({ length: 5 }, (_, seed) => {
        const random = seededRandom(seed + 19)
        return whole(lived(random, 300), lived(random, 300))
      }),
    ))

  it('are all that was scraped more often, while each process lives longer than a step', () =>
    checkCounts(
      profile,
      Array.from({ length: 2 }, (_, seed) => {
        const random = seededRandom(seed + 19)
        return whole(restarted(random, 300), restarted(random, 300), 6_000)
      }),
    ))
})

describe('what is not counted', () => {
  it('is what a series has when it is first seen, and what happens in a gap of more than an hour', () => {
    const nothing = unscraped(250)
    return checkCounts(profiles.production, [
      countedAs([...unscraped(9), ...steady(20, 40)], steady(29), 0, 0),
      countedAs([...steady(9, 0), ...nothing, ...steady(20, 40)], steady(279), 0, 0),
    ])
  })

  it('is, of a counter scraped more than twice a step, what a fall hides that is made up for in the same step', () => {
    // 10 to 30, then a restart, and 50 again within 30 s: 20 before it cannot be seen.
    const errors = [...steady(11, 10), 30, 3, 50, ...steady(20, 50)]
    return checkCounts(profiles.production, [countedAs(errors, steady(errors.length), 50, 50, 6_000)])
  })
})

type Random = ReturnType<typeof seededRandom>

/** A counter that is restarted now and then, sometimes at once again, and is sometimes not scraped for up to 50 min. */
function lived(random: Random, length: number): Scrapes {
  let value = 0
  const scrapes: (number | undefined)[] = [0]
  while (scrapes.length < length) {
    const dice = random()
    if (dice < 0.02) {
      const gap = Math.floor(random() * 200)
      for (let one = 0; one < gap && scrapes.length < length; one += 1) scrapes.push(undefined)
    }
    value = dice < 0.15 ? Math.floor(random() * 40) : value + Math.floor(random() * 20)
    scrapes.push(value)
  }
  return scrapes
}

/** A counter that grows with every scrape, and is restarted every 40 to 80. */
function restarted(random: Random, length: number): Scrapes {
  let left = 60
  let value = 0
  return Array.from({ length }, () => {
    left -= 1
    value = left === 0 ? 1 : value + 1 + Math.floor(random() * 4)
    if (left === 0) left = 40 + Math.floor(random() * 40)
    return value
  })
}
