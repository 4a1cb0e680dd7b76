import { describe, expect, it } from 'vitest'
import { Observations } from '../evidence/observations.ts'
import { SteadyRecord } from '../evidence/steady-record.ts'
import { StartWatch } from './start-watch.ts'

const NOW = 1_700_000_000_000

/** What comes of looks that find these starts, in milliseconds since the watch began. */
async function changesAfter(...starts: (number | undefined)[]) {
  const observations = new Observations(new SteadyRecord([], NOW), [])
  const answers = [...starts]
  const startedAtMs = async () => {
    const since = answers.shift()
    return since === undefined ? undefined : NOW + since
  }
  const watch = new StartWatch({ startedAtMs }, observations, { sinceMs: NOW })
  const looks: boolean[] = []
  for (const _ of starts) looks.push(await watch.look({ timeoutMs: 1 }))
  return { changes: observations.changes.map(({ atMs }) => atMs - NOW), looks }
}

describe('the watch for a Prometheus that is started again', () => {
  it.each<[string, number[], number[]]>([
    ['one that goes on', [-60_000, -60_000], []],
    ['one that is started again', [-60_000, 4_000, 4_000], [4_000]],
    ['two behind one URL, both started before', [-60_000, -30_000, -60_000], []],
    ['one whose clock is a little behind', [-60_000, -2_000], [-2_000]],
  ])('of %s', async (_, starts, changes) => {
    expect((await changesAfter(...starts)).changes).toEqual(changes)
  })

  it('ends where it is not known when it was started', async () => {
    expect(await changesAfter(undefined)).toEqual({ changes: [], looks: [true] })
  })
})
