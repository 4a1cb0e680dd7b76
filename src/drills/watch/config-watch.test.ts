import { describe, expect, it } from 'vitest'
import type { MonitoringChange } from '../evidence/observations.ts'
import { ConfigWatch } from './config-watch.ts'

/** What comes of looks that find these configurations, in a run that began with `first`. */
async function changesOf(first: string | undefined, ...configs: (string | undefined)[]) {
  const changes: MonitoringChange[] = []
  const looks = [...configs]
  const alertmanager = { status: async () => ({ version: '', config: looks.shift() }) }
  const watch = new ConfigWatch(alertmanager, { addChange: (change) => void changes.push(change) }, first)
  const ended: boolean[] = []
  for (const _ of configs) ended.push(await watch.look({ timeoutMs: 1 }))
  return { changes, ended }
}

describe('the configuration of Alertmanager in a run', () => {
  it.each<[string, string | undefined, (string | undefined)[], boolean[], number]>([
    ['that stays', 'a', ['a', 'a'], [false, false], 0],
    ['that is not shown', undefined, ['a'], [true], 0],
    ['that is not shown once', 'a', [undefined, 'a'], [false, false], 0],
    ['that becomes another one', 'a', ['a', 'b'], [false, true], 1],
  ])('%s', async (_, first, configs, ended, count) => {
    const seen = await changesOf(first, ...configs)
    expect(seen.ended).toEqual(ended)
    expect(seen.changes).toHaveLength(count)
  })

  it('is named as what changed, with the last look before that', async () => {
    const begunMs = Date.now()
    const [change] = (await changesOf('a', 'a', 'b')).changes
    expect(change).toMatchObject({ part: 'alertmanager', text: 'the configuration of Alertmanager changed' })
    expect(change?.afterMs).toBeGreaterThanOrEqual(begunMs)
    expect(change?.afterMs).toBeLessThanOrEqual(change?.atMs ?? 0)
  })
})
