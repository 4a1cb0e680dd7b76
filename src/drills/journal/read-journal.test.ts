import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../base/errors.ts'
import { readJournal } from './read-journal.ts'
import { deviatedJournal, heldJournal, inconclusiveJournal } from './test-journal.ts'

const refused = (content: string): string => {
  try {
    readJournal(content, 'a.json')
  } catch (error) {
    return error instanceof FiredrillError ? error.format() : String(error)
  }
  return 'taken'
}

describe('readJournal', () => {
  it.each([heldJournal(), deviatedJournal(), inconclusiveJournal()])(
    'takes a journal that $verdict as it is',
    (journal) => {
      expect(readJournal(JSON.stringify(journal), 'a.json')).toEqual(journal)
    },
  )

  it('takes one that was written before there were series and budgets', () => {
    const { series: _, budgets: __, steps: ___, ...older } = heldJournal()
    expect(readJournal(JSON.stringify(older), 'a.json')).toMatchObject({ series: null, budgets: [], steps: [] })
  })

  it('takes one that still calls the gate a baseline', () => {
    const { gate, timings, ...rest } = heldJournal()
    const older = {
      ...rest,
      baseline: gate,
      timings: timings.map((phase) => ({ ...phase, name: phase.name === 'gate' ? 'baseline' : phase.name })),
    }
    expect(older.timings.map(({ name }) => name)).toContain('baseline')
    expect(readJournal(JSON.stringify(older), 'a.json')).toEqual(heldJournal())
  })

  it('names the gate, and its line, where an older journal has a wrong baseline', () => {
    const { gate: _, ...rest } = heldJournal()
    const text = refused(JSON.stringify({ ...rest, baseline: { clean: 'yes', findings: [] } }, null, 2))
    expect(text).toMatch(/a\.json:\d+:\d+ gate\.clean: /)
  })

  it('takes one that was written when notifications had another name', () => {
    const journal = heldJournal()
    const older = JSON.stringify(journal).replaceAll('"notifies":', '"telling":')
    expect(older).not.toBe(JSON.stringify(journal))
    expect(readJournal(older, 'a.json')).toEqual(journal)
  })

  it('refuses what is not JSON, and says where journals are', () => {
    expect(refused('{')).toMatch(/^FD_JOURNAL_INVALID a\.json: this is not JSON/)
    expect(refused('{')).toContain('firedrill report --list')
  })

  it('reports all that is wrong at once, each problem with its line', () => {
    const journal = { ...heldJournal(), verdict: 'hold', seed: 'x', schemaVersion: 2 }
    const text = refused(JSON.stringify(journal, null, 2))
    expect(text).toMatch(/^FD_JOURNAL_INVALID a\.json: 3 problems/)
    expect(text).toMatch(/a\.json:2:\d+ schemaVersion: not what is expected here\n {2}expected: 1\n {2}given: {4}2/)
    expect(text).toContain('did you mean held?')
  })
})
