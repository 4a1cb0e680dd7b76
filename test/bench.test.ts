import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { benchmarks } from '../bench/benchmarks.ts'
import { compare, measure, tableOf } from '../bench/measuring/checks.ts'
import { MachineSpeed, referenceWork } from '../bench/measuring/machine-speed.ts'
import { exponentOf, extrapolate, growthCheck } from '../bench/scaling/growth.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('the benchmarks', () => {
  it('are all run by bench:all, each under the name of its script', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>
    }
    const programs = Object.entries(scripts).filter(([name]) => name.startsWith('bench:') && name !== 'bench:all')
    const expected = Object.entries(benchmarks).map(([name, { program }]) => [
      `bench:${name}`,
      `node scripts/prepare.js && node dist/bench/${program}.js`,
    ])
    expect(programs.sort()).toEqual(expected.sort())
    const missing = Object.values(benchmarks).filter(({ program }) => !existsSync(join(root, 'bench', `${program}.ts`)))
    expect(missing).toEqual([])
  })

  it('have no limit that is a time or a share of a core: those depend on the machine', () => {
    const limits = readdirSync(join(root, 'bench'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap(
        (file) => /^const LIMITS = \{([\s\S]*?)\}/m.exec(readFileSync(join(root, 'bench', file), 'utf8'))?.[1] ?? [],
      )
    expect(limits.length).toBeGreaterThan(7)
    expect(limits.filter((text) => /\b\w*(?:Ms|Seconds|cpuPercent|coreShare)\b/.test(text))).toEqual([])
  })
})

describe('a check of a benchmark', () => {
  const ours = { what: 'reads', unit: '/s', ours: 840, peerName: 'fastapi', peer: 100 }

  it.each([
    ['a ratio at its limit', compare({ ...ours, atLeast: 8.4 }), true],
    ['a ratio below its limit', compare({ ...ours, atLeast: 8.5 }), false],
    ['a ratio above its limit', compare({ ...ours, atMost: 8 }), false],
    ['a ratio between two limits', compare({ ...ours, atLeast: 8, atMost: 9 }), true],
    ['a ratio to nothing measured', compare({ ...ours, peer: Number.NaN, atMost: 8 }), false],
    ['a ratio without a limit', compare(ours), true],
    ['a count at its limit', measure({ what: 'lost', ours: 0, atMost: 0 }), true],
    ['a count above its limit', measure({ what: 'lost', ours: 1, atMost: 0 }), false],
    ['a count that was not measured', measure({ what: 'lost', ours: Number.NaN, atMost: 0 }), false],
  ])('judges %s', (_, check, holds) => {
    expect(check.holds).toBe(holds)
  })

  it('is a row with what, ours, peer, ratio and limit', () => {
    const rows = [
      { name: 'services', ...compare({ ...ours, atLeast: 9 }) },
      { name: 'responder', ...measure({ what: 'alerts lost', ours: 0, atMost: 0 }) },
    ]
    expect(tableOf(rows)).toEqual([
      'benchmark  what         ours    peer            ratio  limit',
      'services   reads        840 /s  fastapi 100 /s  8.4    ≥ 9    OVER',
      'responder  alerts lost  0                              ≤ 0    held',
    ])
  })
})

describe('the speed of a machine', () => {
  it('is the CPU time of a piece of work that is always the same', () => {
    expect(referenceWork()).toBe(referenceWork())
    const speed = new MachineSpeed()
    speed.sample()
    expect(speed.workMs).toBeGreaterThan(0.1)
    expect(speed.workMs).toBeLessThan(1_000)
  })
})
const points = (cost: (size: number) => number) => [100, 400, 1_600].map((size) => ({ size, cost: cost(size) }))

describe('how a cost grows', () => {
  it.each([
    ['in proportion', 0, (size: number) => 3 * size, 1],
    ['in proportion, above what a start costs', 500, (size: number) => 500 + size * 2, 1],
    ['as each with each does', 0, (size: number) => size ** 2 / 7, 2],
    ['not at all', 500, () => 510, 0],
    ['less than the base by chance', 500, () => 480, 0],
    ['by a collection of garbage at the largest size', 0.3, (size: number) => (size < 1_000 ? 0.4 : 3), 0.1],
  ])('is known where it grows %s', (_, base, cost, exponent) => {
    expect(exponentOf({ unit: 'ms', least: 0, base, points: points(cost) })).toBeCloseTo(exponent, 1)
  })

  it('is held against a limit, which each with each is above', () => {
    const growth = { what: 'list', unit: 'ms', least: 0, base: 0 } as const
    expect(growthCheck('journals', { ...growth, points: points((size) => size ** 1.1) })).toMatchObject({
      what: 'list: exponent over journals',
      holds: true,
    })
    expect(growthCheck('journals', { ...growth, points: points((size) => size ** 1.5) }).holds).toBe(false)
  })

  it('is extrapolated from the base and the largest size', () => {
    expect(extrapolate({ least: 0, base: 100, points: points((size) => 100 + size) }, 16_000)).toBe(16_100)
  })
})
