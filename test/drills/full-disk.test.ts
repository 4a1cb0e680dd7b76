import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ControlClient } from '../../src/api/client/client.ts'
import type { StackView } from '../../src/api/contract.ts'
import { identify, isSame, type ProcessIdentity } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { askMonitoring, FiredrillFolder, pidsOf, replicaOf } from '../e2e/firedrill.ts'
import { SmallDisk } from '../e2e/small-disk.ts'
import { Writers } from '../e2e/writers.ts'

const SIZE_MIB = 60
const FULL = /the disk of .+ is (nearly )?full: .+ free of 60\.0 MiB/

/** An ordinary user has no disk to fill but the one that everything is on. CI is root. */
const unavailable = SmallDisk.unavailable()
if (unavailable !== undefined) process.stderr.write(`NOT RUN: the tests of a full disk; ${unavailable}\n`)

/** The path to the end is one story: each step begins where the one before has left the stack. */
describe.skipIf(unavailable)('a stack whose disk is full', () => {
  let disk: SmallDisk
  let folder: FiredrillFolder
  let stack: StackView
  let control: ProcessIdentity
  let client: ControlClient
  let writers: Writers

  beforeAll(async () => {
    disk = await SmallDisk.mount(SIZE_MIB)
    folder = FiredrillFolder.at(disk.folder)
    stack = await folder.up()
    client = new ControlClient(stack.url, await folder.token('control'))
    control = (JSON.parse(await readFile(join(disk.folder, 'control.json'), 'utf8')) as { control: ProcessIdentity })
      .control
    writers = Writers.start(() => replicaOf(stack, 'store-1').url)
  })
  afterAll(async () => {
    await writers?.stop()
    await folder?.run(['down'])
    await disk?.remove()
  })

  it('spares it: faults that would fill it are refused, three at once', async () => {
    const refused = await Promise.all(
      ['store', 'quotes', 'worker'].map((service) =>
        client.inject({ fault: 'disk-fill', service, params: { size: '30MiB' }, forMs: 60_000 }),
      ),
    )
    expect(refused.map(({ landing }) => landing)).toMatchObject(
      Array(3).fill({ landed: false, proof: expect.stringContaining('less than 1.00 GiB of the disk free') }),
    )
    expect(await disk.freeBytes()).toBeGreaterThan(0)
  })

  it('supervises on under load and three faults: what is killed comes back, what is restarted is', async () => {
    await Promise.all([
      client.inject({ fault: 'cpu', service: 'quotes', params: { duty: '50%' }, forMs: 300_000 }),
      client.inject({ fault: 'memory', service: 'worker', params: { size: '64MiB' }, forMs: 300_000 }),
      client.inject({ fault: 'latency', service: 'store', params: { delay: '20ms' }, forMs: 300_000 }),
    ])
    await disk.fill()
    for (const replica of ['redis-1', 'proxy-1', 'quotes-1']) {
      const { pid } = replicaOf(await client.stack(), replica)
      // One that has ended for want of room has to be started again as well.
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    }
    // It may fail, for want of room; what it must not do is to take the others with it.
    await client.act('restart', 'store').catch(() => undefined)
    await waitUntil(
      async () => {
        await disk.fill()
        const now = await client.stack()
        const bad = ['redis-1', 'proxy-1', 'store-1'].filter((id) => replicaOf(now, id).restarts < 1)
        return bad.length === 0 ? done(undefined) : notYet(`not started again: ${bad.join(', ')}`)
      },
      { what: 'what was killed to be started again', timeoutMs: 30_000, intervalMs: 200 },
    )
    expect(isSame(control)).toBe(true)
  })

  it('says so in status, and by an alert', async () => {
    const { status, troubles } = await waitUntil(
      async () => {
        // PostgreSQL and Prometheus give room back now and then.
        await disk.fill()
        const { troubles } = await client.stack()
        if (troubles.length === 0) return notYet('no trouble')
        const status = await folder.run(['status'])
        return status.exitCode === 0 ? notYet('there was room again') : done({ status, troubles })
      },
      { what: 'control to see that the disk is full', timeoutMs: 60_000, intervalMs: 200 },
    )
    expect(status.exitCode).toBe(6)
    expect(String(status.stderr)).toMatch(FULL)
    expect(String(status.stdout)).toMatch(/^console +troubled/m)
    expect(troubles).toMatchObject([{ kind: 'disk', text: expect.stringMatching(FULL) }])
    await waitUntil(
      async () => {
        await disk.fill()
        const alerts = await firing()
        return alerts.includes('StackDiskFull') ? done(undefined) : notYet(`firing: ${alerts.join(', ')}`)
      },
      { what: 'StackDiskFull to fire', timeoutMs: 60_000, intervalMs: 500 },
    )
  })

  it('is as before as soon as there is room, with everything that was acknowledged', async () => {
    await client.liftAll()
    await disk.empty()
    await waitUntil(
      async () => {
        stack = await client.stack()
        const ill = stack.services.flatMap(({ replicas }) => replicas.filter(({ state }) => state !== 'healthy'))
        const alerts = await firing()
        if (ill.length > 0) return notYet(ill.map(({ id, state, detail }) => `${id} ${state} ${detail}`).join('; '))
        if (stack.troubles.length > 0) return notYet(JSON.stringify(stack.troubles))
        return alerts.includes('StackDiskFull') ? notYet(alerts.join(', ')) : done(undefined)
      },
      { what: 'everything to be well', timeoutMs: 60_000, intervalMs: 200 },
    )
    expect(isSame(control)).toBe(true)
    await writers.stop()
    expect(writers.acknowledged.size).toBeGreaterThan(20)
    expect(await writers.lost()).toEqual([])
    // What the responder still starts again changes both, one after the other.
    await waitUntil(
      async () => {
        const ledger = JSON.parse(await readFile(join(disk.folder, 'processes.json'), 'utf8')) as { pid: number }[]
        const [written, running] = [ledger.map(({ pid }) => pid).sort(), pidsOf(await client.stack()).sort()]
        return String(written) === String(running) ? done(undefined) : notYet(`${written} written, ${running} running`)
      },
      { what: 'the ledger to have what runs', timeoutMs: 30_000, intervalMs: 200 },
    )
  })

  it('leaves nothing behind when it is stopped', async () => {
    const pids = pidsOf(stack)
    await disk.fill()
    const { exitCode, all } = await folder.run(['down'])
    expect(exitCode, String(all)).toBe(0)
    expect(pids.filter((pid) => identify(pid) !== undefined)).toEqual([])
    expect(identify(control.pid)).toBeUndefined()
    await disk.empty()
  })

  async function firing(): Promise<string[]> {
    const { data } = await askMonitoring<{ data: { alerts: { labels: { alertname: string }; state: string }[] } }>(
      stack,
      'prometheus',
      '/api/v1/alerts',
    )
    return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
  }
})

describe.skipIf(unavailable)('up on a full disk', () => {
  it.each([
    ['in the foreground', ['up']],
    ['detached', ['up', '--detach']],
  ])('%s says which file, what is free and what to do, and exits with 6', async (_, args) => {
    const disk = await SmallDisk.mount(1)
    try {
      await disk.fill()
      const folder = FiredrillFolder.at(join(disk.folder, 'state'))
      const { exitCode, stderr } = await folder.run(args)
      expect(String(stderr)).toMatch(/FD_SYSTEM_DISK .+: ENOSPC/)
      expect(String(stderr)).toContain('given:    0 B free of 1.00 MiB')
      expect(String(stderr)).toContain('--state FOLDER')
      expect(String(stderr)).not.toContain('FD_INTERNAL')
      expect(exitCode).toBe(6)
    } finally {
      await disk.remove()
    }
  })
})
