import { describe, expect, it } from 'vitest'
import { heldJournal } from '../../../../src/drills/journal/test-journal.ts'
import { storyOfJournal } from '../story/story-of-journal.ts'
import { compareStages, settingDifferences } from './compare-stories.ts'

const shifted = (ms: number) => {
  const journal = heldJournal()
  return storyOfJournal({
    ...journal,
    stages: journal.stages.map((stage) =>
      stage.name === 'acted' && stage.atMs !== null ? { ...stage, atMs: stage.atMs + ms } : stage,
    ),
  })
}
const usual = { count: 5, minMs: 900, medianMs: 940, p90Ms: 990, maxMs: 1_000 }

describe('compareStages', () => {
  it('gives the difference of each stage, and leaves out what neither run nor any before reached', () => {
    const stages = compareStages(shifted(0), shifted(250), {})
    expect(stages.map(({ name }) => name)).not.toContain('resolved')
    expect(stages.find(({ name }) => name === 'acted')).toMatchObject({
      thisMs: 940,
      otherMs: 1_190,
      differenceMs: -250,
      place: 'unknown',
    })
  })

  it.each([
    [0, 'usual'],
    [61, 'usual'],
    [62, 'slower'],
    [-41, 'usual'],
    [-42, 'faster'],
  ])('places a run that acted %d ms later as %s among those that held', (ms, place) => {
    expect(compareStages(shifted(ms), shifted(0), { acted: usual }).find(({ name }) => name === 'acted')?.place).toBe(
      place,
    )
  })

  it('says nothing of two runs: they have no spread', () => {
    const few = { acted: { ...usual, count: 2 } }
    expect(compareStages(shifted(500), shifted(0), few).find(({ name }) => name === 'acted')?.place).toBe('unknown')
  })
})

describe('settingDifferences', () => {
  it('finds none in two runs of one setting', () => {
    expect(settingDifferences(shifted(0), shifted(5))).toEqual([])
  })

  it('names clocks, files, parameters and versions that differ', () => {
    const story = (scrapeMs: number, users: number) =>
      storyOfJournal({
        ...heldJournal(),
        timing: { scrapeMs } as never,
        parameters: { users },
        profile: scrapeMs > 500 ? 'production' : 'lab',
      })
    expect(settingDifferences(story(500, 20), story(15_000, 40))).toEqual([
      { name: 'clock scrapeMs', thisText: '500 ms', otherText: '15000 ms', isClock: true },
      { name: 'profile', thisText: 'lab', otherText: 'production', isClock: false },
      { name: 'parameter users', thisText: '20', otherText: '40', isClock: false },
    ])
  })
})
