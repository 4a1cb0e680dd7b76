import { expect, it } from 'vitest'
import type { ShardEvent } from '../shard/shard.ts'
import type { PreparedLoad } from './protocol.ts'
import { WorkerLoad } from './worker-load.ts'

it('a load of which more is reported than fetched ends, and says so: it has not put the load that was asked for', async () => {
  let report: (event: ShardEvent) => void = () => undefined
  let finish: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    finish = resolve
  })
  let stops = 0
  const load = new WorkerLoad(
    {
      coordinator: 'test',
      journey: { name: 'x' },
      shares: [{ index: 0, of: 1 }],
      options: { graceMs: 10 },
    } as unknown as PreparedLoad,
    {
      journey: { nameOrPath: 'x', folder: '', remove: async () => undefined },
      mostWaitingBytes: 200,
      startShard: (_, onEvent) => {
        report = onEvent
        const stop = () => {
          stops += 1
          finish()
        }
        return { ready: Promise.resolve(), done, start: () => undefined, stop, terminate: stop }
      },
    },
  )
  report({ kind: 'running' })
  expect(load.poll(0).events).toMatchObject([{ kind: 'running' }])
  for (let n = 0; n < 10; n += 1) report({ kind: 'running' })
  await load.over
  expect(stops).toBeGreaterThan(0)
  expect(() => load.poll(0)).toThrow('it measured more than was fetched from it')
})
