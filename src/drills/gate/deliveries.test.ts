import { describe, expect, it } from 'vitest'
import { profiles } from '../../stack/profile.ts'
import { mayStillTry } from './deliveries.ts'

/** The lab scrapes Alertmanager once a second. Values by the second. */
const may = (...values: number[]) =>
  mayStillTry(
    values.map((value, second) => ({ atMs: second * 1_000, value })),
    profiles.lab.timing,
  )

describe('a delivery that Alertmanager may still be trying', () => {
  it.each([
    ['nothing has been counted', [], false],
    ['there is one look only, of which nothing is known', [4], false],
    ['no try has failed', [4, 4, 4], false],
    ['one has just failed', [4, 5], true],
    ['one failed, and the next has had its time, but may not have been scraped', [4, 5, 5, 5], true],
    ['one failed, and nothing came of it', [4, 5, 5, 5, 5], false],
    ['three failed: the pause is longer', [4, 5, 6, 7, 7, 7, 7], true],
    ['three failed, a while ago', [4, 5, 6, 7, 7, 7, 7, 7], false],
    ['many failed: it is given up within ten seconds', [0, 50, ...Array(11).fill(50)], true],
    ['many failed, and it has been given up', [0, 50, ...Array(12).fill(50)], false],
    ['Alertmanager has been restarted', [4, 50, 0, 0], false],
    ['Alertmanager has been restarted, and has failed since', [4, 50, 0, 1], true],
  ])('%s', (_, values, expected) => {
    expect(may(...values)).toBe(expected)
  })
})
