import { describe, expect, it } from 'vitest'
import type { MonitoringChange } from '../evidence/observations.ts'
import { type Configs, ConfigWatch } from './config-watch.ts'

/** What comes of looks that find these configurations, in a run that began with `first`. */
async function changesOf(first: Configs, ...configs: Configs[]) {
  const changes: MonitoringChange[] = []
  const looks = [...configs]
  const server = { part: 'alertmanager', name: 'Alertmanager', read: async () => looks.shift() ?? [] } as const
  const watch = new ConfigWatch(server, { addChange: (change) => void changes.push(change) }, first)
  const ended: boolean[] = []
  for (const _ of configs) ended.push(await watch.look({ timeoutMs: 1 }))
  return { changes, ended }
}

describe('the configuration of a server in a run', () => {
  it.each<[string, Configs, Configs[], boolean[], number]>([
    ['that stays', ['a'], [['a'], ['a']], [false, false], 0],
    ['that is not shown', [undefined], [['a']], [true], 0],
    ['that is not shown once', ['a'], [[undefined], ['a']], [false, false], 0],
    ['that becomes another one', ['a'], [['a'], ['b']], [false, true], 1],
    [
      'of one replica of two',
      ['a', 'b'],
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      [false, true],
      1,
    ],
    [
      'of two replicas that never were alike',
      ['a', 'b'],
      [
        ['a', undefined],
        ['a', 'b'],
      ],
      [false, false],
      0,
    ],
  ])('%s', async (_, first, configs, ended, count) => {
    const seen = await changesOf(first, ...configs)
    expect(seen.ended).toEqual(ended)
    expect(seen.changes).toHaveLength(count)
  })

  it('is named as what changed, with the last look before that', async () => {
    const begunMs = Date.now()
    const [change] = (await changesOf(['a'], ['a'], ['b'])).changes
    expect(change).toMatchObject({ part: 'alertmanager', text: 'the configuration of Alertmanager changed' })
    expect(change?.afterMs).toBeGreaterThanOrEqual(begunMs)
    expect(change?.afterMs).toBeLessThanOrEqual(change?.atMs ?? 0)
  })
})
