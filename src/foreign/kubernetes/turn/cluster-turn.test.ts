import { hostname } from 'node:os'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Turn } from '../../../base/turn.ts'
import { done, notYet, waitUntil } from '../../../base/wait.ts'
import { refused, TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { parseSystem } from '../../file/system-file.ts'
import { adoptTurns } from './adopt-turns.ts'
import { ClusterTurn } from './cluster-turn.ts'
import { TURN_ANNOTATION } from './turn-lease.ts'

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/firedrill-turn'
const SYSTEM = parseSystem(
  `
name: test
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
kubernetes: { context: lab, namespace: shop }
services:
  web: { kubernetes: { workload: deployment/web } }
`,
  'firedrill.yaml',
)
/** Long enough for renewals on a busy machine. */
const LASTS_MS = 2_000

let server: TestApiServer
let turns: Turn[]
beforeEach(async () => {
  server = await TestApiServer.start()
  turns = []
})
afterEach(async () => {
  for (const turn of turns) await turn.end()
  await server.close()
})

/** As another machine would, each with what it has seen of its own. */
const place = () => new ClusterTurn(server.cluster(), 'shop', LASTS_MS)
const asked = (name: string) => ({ name, pid: process.pid, sinceMs: 1 })
async function take(name: string, from = place()): Promise<Turn | string> {
  const taken = await from.take(asked(name))
  if ('holder' in taken) return `${taken.holder?.name} on ${taken.holder?.host}`
  turns.push(taken.turn)
  return taken.turn
}
async function taken(name: string): Promise<Turn> {
  const turn = await take(name)
  if (typeof turn === 'string') throw new Error(turn)
  return turn
}
const until = (what: string, check: () => Promise<boolean>) =>
  waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 50,
  })
/** A Lease of a run on another machine, which was renewed last at that moment. */
const putLease = (renewedMs: number) =>
  server.put(LEASE, {
    metadata: {
      annotations: { [TURN_ANNOTATION]: JSON.stringify({ name: 'theirs', pid: 7, sinceMs: 1, host: 'build-7' }) },
    },
    spec: { renewTime: new Date(renewedMs).toISOString() },
  })

describe('the turn in a namespace', { timeout: 40_000 }, () => {
  it('has one holder, whom others are shown with its machine, until it ends', async () => {
    const turn = await taken('first')
    expect(await take('second')).toBe(`first on ${hostname()}`)
    await turn.end()
    expect(server.objects.has(LEASE)).toBe(false)
    expect(await take('second')).not.toBeTypeOf('string')
  })

  it('is had by one of many that ask for it at the same moment', async () => {
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => take(name)))
    expect(all.filter((one) => typeof one !== 'string')).toHaveLength(1)
  })

  it('is kept for as long as its holder renews it', async () => {
    const turn = await taken('first')
    const waiting = place()
    const endMs = performance.now() + 2 * LASTS_MS
    while (performance.now() < endMs) {
      expect(await take('second', waiting)).toBe(`first on ${hostname()}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect(turn.lost?.aborted).toBe(false)
  })

  it('of a run that was killed a moment ago is waited for, and had when nobody has renewed it for long enough', async () => {
    putLease(Date.now())
    const waiting = place()
    expect(await take('ours', waiting)).toBe('theirs on build-7')
    await until('the turn', async () => typeof (await take('ours', waiting)) !== 'string')
    expect(await take('another')).toBe(`ours on ${hostname()}`)
  })

  it.each([
    ['long ago', -3_600_000],
    ['in the future, by our clock', 3_600_000],
  ])('that was renewed %s, and never again, is had by one that asks once', async (_, sinceMs) => {
    putLease(Date.now() + sinceMs)
    expect(await take('ours')).not.toBeTypeOf('string')
  })

  it('is not taken from a run whose clock is another one', async () => {
    const lease = putLease(Date.now() - 3_600_000)
    const renewing = setInterval(() => {
      lease.metadata.resourceVersion = String(Number(lease.metadata.resourceVersion) + 1)
    }, LASTS_MS / 4)
    expect(await take('ours')).toBe('theirs on build-7')
    clearInterval(renewing)
  })

  it('is had by one of two that find it left', async () => {
    putLease(Date.now() - 3_600_000)
    const both = await Promise.all([take('a'), take('b')])
    expect(both.filter((one) => typeof one !== 'string')).toHaveLength(1)
  })

  it('ends its run when another one has taken it, and stays with that one', async () => {
    const turn = await taken('first')
    const lease = putLease(Date.now())
    await until('it to be known', async () => turn.lost?.aborted === true)
    expect(turn.lost?.reason).toMatchObject({
      code: 'FD_FOREIGN_TURN_LOST',
      message: expect.stringContaining('theirs on build-7 has taken the turn in shop'),
    })
    await turn.end()
    expect(server.objects.get(LEASE)).toBe(lease)
  })

  it('is kept when somebody only adds a label, or deletes the Lease by hand', async () => {
    const turn = await taken('first')
    const lease = server.objects.get(LEASE)
    if (lease === undefined) throw new Error('the Lease is there')
    lease.metadata.resourceVersion = '1000'
    lease.metadata.labels = { team: 'a' }
    await until('it to be renewed', async () => server.objects.get(LEASE)?.metadata.resourceVersion !== '1000')
    server.objects.delete(LEASE)
    await until('the Lease to be there again', async () => server.objects.has(LEASE))
    expect(turn.lost?.aborted).toBe(false)
    await turn.end()
    expect(server.objects.has(LEASE)).toBe(false)
  })

  it('of a run that was killed is kept by its guardian, and ended by it; that of another process is not', async () => {
    const turn = await taken('first')
    const clusterOf = () => server.cluster()
    expect(await adoptTurns(SYSTEM, { runPid: process.pid + 1, clusterOf })).toEqual([])
    const [adopted] = await adoptTurns(SYSTEM, { runPid: process.pid, clusterOf })
    await adopted?.end()
    expect([adopted?.lost?.aborted, server.objects.has(LEASE)]).toEqual([false, false])
    await turn.end()
  })

  it('is given where no Lease may be made, with a note that says whom it does not keep out', async () => {
    server.intercept = (method) => (method === 'POST' ? refused(403, 'Forbidden', 'leases is forbidden') : undefined)
    const turn = await taken('first')
    expect(turn.note).toBe(
      'runs from other machines are not kept out of shop: leases is forbidden; `firedrill system role` prints the rights',
    )
    await turn.end()
  })

  it('is not waited for any longer when the run is to end', async () => {
    putLease(Date.now() - 3_600_000)
    const stopping = new AbortController()
    const asking = place().take(asked('ours'), stopping.signal)
    stopping.abort(new Error('halted'))
    await expect(asking).rejects.toThrow('halted')
  })
})
