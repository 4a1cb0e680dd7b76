import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../base/errors.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { heldJournal } from '../drills/journal/test-journal.ts'
import { baselineLines } from '../reporters/baseline-lines.ts'
import { makeBaseline } from './baseline.ts'
import { checkBaseline } from './check.ts'

/** Runs of one drill, a minute apart, with these times in milliseconds. */
function runs(timesMs: readonly (number | null)[], change: Partial<Journal> = {}, fromMinute = 0): Journal[] {
  return timesMs.map((ms, index) => ({
    ...heldJournal(),
    startedAt: new Date(Date.UTC(2026, 0, 2, 3, fromMinute + index)).toISOString(),
    mttdMs: ms === null ? null : Math.round(ms / 4),
    mttrMs: ms,
    ...change,
  }))
}

const usual = [1_300, 1_350, 1_400, 1_420, 1_500, 1_380]
const slow = usual.map((ms) => ms * 2)
const codeOf = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return error instanceof FiredrillError ? error.format() : String(error)
  }
  return 'nothing was thrown'
}

describe('a baseline', () => {
  it('holds the times of the runs that held, drill by drill', () => {
    const deviated = runs([9_000], { verdict: 'deviated' })
    const baseline = makeBaseline([...runs(usual), ...deviated])
    expect(baseline).toMatchObject({ profile: 'lab', runtime: 'native', lastRunAt: '2026-01-02T03:05:00.000Z' })
    expect(baseline.drills).toMatchObject([{ title: 'The store crashes under load', repairedMs: usual }])
  })

  it('is refused with too few runs, and says how to get more', () => {
    const text = codeOf(() => makeBaseline(runs(usual.slice(0, 3))))
    expect(text).toContain('FD_BASELINE_RUNS')
    expect(text).toContain('firedrill run drills/store-crash.yaml --repeat 10')
  })

  it('is refused of runs of two profiles', () => {
    const mixed = [...runs(usual), ...runs(usual, { profile: 'production' }, 20)]
    expect(codeOf(() => makeBaseline(mixed))).toContain('FD_BASELINE_DIFFERENT')
  })

  it('holds an edited drill only as it is now', () => {
    const drill = { ...heldJournal().drill, sha256: 'new' }
    const { drills } = makeBaseline([...runs(slow), ...runs(usual, { drill }, 20)])
    expect(drills).toMatchObject([{ sha256: 'new', repairedMs: usual }])
  })
})

describe('a check', () => {
  const baseline = makeBaseline(runs(usual))

  it('finds nothing when nothing changed', () => {
    expect(checkBaseline(baseline, runs([...usual].reverse(), {}, 20))).toMatchObject({
      slower: false,
      notCompared: [],
    })
  })

  it('finds what takes twice as long, and says by how much', async () => {
    const check = checkBaseline(baseline, runs(slow, {}, 20))
    expect(check.compared.map(({ figure, slower }) => [figure, slower])).toEqual([
      ['detected', true],
      ['repaired', true],
    ])
    const lines = baselineLines(check, { color: false })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../test/golden/drill/baseline.txt')
  })

  it('counts a failure that is no longer repaired as the slowest of all', () => {
    const check = checkBaseline(baseline, runs([null, null, null, null, null], { verdict: 'deviated' }, 20))
    expect(check.compared).toMatchObject([{ slower: true }, { slower: true, after: { medianMs: null } }])
    expect(JSON.parse(JSON.stringify(check))).toEqual(check)
  })

  it('passes over runs that prove nothing', () => {
    const busy = runs(slow, { verdict: 'inconclusive' }, 40)
    expect(checkBaseline(baseline, [...runs(usual, {}, 20), ...busy]).slower).toBe(false)
  })

  it.each([
    [
      'of another profile',
      runs(slow, { profile: 'production' }, 20),
      'FD_BASELINE_DIFFERENT',
      'keep a baseline for each',
    ],
    ['too few', runs(slow.slice(0, 4), {}, 20), '4 of at least 5 runs', '--repeat 5'],
    ['none', [], 'no run since the baseline was saved', 'firedrill run drills/store-crash.yaml --repeat 5'],
    [
      'of an edited drill',
      runs(slow, { drill: { ...heldJournal().drill, sha256: 'new' } }, 20),
      'the drill file has changed',
      'firedrill baseline save',
    ],
  ])('is refused when the runs are %s, and says what to do', (_, journals, why, next) => {
    const text = codeOf(() => checkBaseline(baseline, journals))
    expect(text).toContain(why)
    expect(text).toContain(next)
  })
})
