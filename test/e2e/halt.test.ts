import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HaltReport } from '../../src/api/stack/halt-all.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import { underWay } from '../../src/runtimes/native/state/under-way.ts'
import { FiredrillFolder } from './firedrill.ts'

/** What the page promises of a stack that is well. */
/** On a healthy stack it takes less than 2 s; the machine that tests run on may be busy. */
const OVER_WITHIN_MS = 10_000

/** Long enough to be halted in the middle, and with a fault of its own. */
const DRILL = `
title: The store is slow for long
why: It is halted in the middle
steadyState: [{ http: store, path: /health }]
load: { journey: browse, users: 5, spawnRate: 10 }
method: [{ at: 0s, fault: latency, target: store, params: { delay: 50ms }, for: 5m }]
expectations: [{ alert: ServiceDown, labels: { service: store }, within: 5m }]
`

let own: string
let drill: string
let folder: FiredrillFolder
beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'fd-halt-'))
  drill = join(own, 'slow.yaml')
  await writeFile(drill, DRILL)
  folder = await FiredrillFolder.create()
  await folder.up()
})
afterAll(async () => {
  await folder.remove()
  await rm(own, { recursive: true })
})

/** Begins a run that is in the middle of its method when `then` is called. */
const midRun = (then: () => Promise<void>) => folder.runUntil(['run', drill], 'injected', then)
const halt = (...args: string[]) => folder.json<HaltReport>(['halt', ...args])

async function lastJournal(): Promise<Journal> {
  const [last = ''] = (await readdir(join(folder.path, 'journals'))).sort().reverse()
  return JSON.parse(await readFile(join(folder.path, 'journals', last), 'utf8')) as Journal
}

async function expectBlocked(): Promise<void> {
  for (const args of [
    ['run', drill],
    ['load', '--duration', '1s', '--users', '2'],
    ['fault', 'inject', 'latency', '--target', 'store'],
  ]) {
    const { exitCode, stderr } = await folder.run(args)
    expect(stderr, args.join(' ')).toMatch(/^FD_HALTED halted/m)
    expect(stderr, args.join(' ')).toContain('firedrill halt --release')
    expect(exitCode, args.join(' ')).toBe(5)
  }
}

describe('firedrill halt', () => {
  it('ends a drill, a load and a fault by hand in seconds, blocks new ones, and lets them begin again once released', async () => {
    let report: HaltReport | undefined
    const load = folder.run(['load', '--duration', '5m', '--users', '5'])
    const run = await midRun(async () => {
      const injected = await folder.run(['fault', 'inject', 'latency', '--target', 'quotes', '--for', '5m'])
      expect(injected.exitCode, String(injected.all)).toBe(0)
      expect((await folder.stack()).faults).toHaveLength(2)
      expect(
        underWay(new StateFolder(folder.path))
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(['load', 'run'])
      report = await halt('--why', 'a real incident')
    })
    expect(report).toMatchObject({ stack: 'halted', halted: { why: 'a real incident', durable: true }, problems: [] })
    expect(report?.ended.map(({ kind, how }) => `${kind} ${how}`).sort()).toEqual(['load ended', 'run ended'])
    expect(report?.lifted.map(({ replica }) => replica)).toContain('quotes-1')
    expect(report?.tookMs).toBeLessThan(OVER_WITHIN_MS)
    expect((await folder.stack()).faults).toEqual([])

    expect(run.exitCode, run.printed).toBe(5)
    expect((await load).exitCode).toBe(5)
    const journal = await lastJournal()
    expect(journal.verdict).toBe('aborted')
    expect(journal.reasons.join('\n')).toContain('halted: a real incident')

    await expectBlocked()
    const status = await folder.run(['status'])
    expect(status.stderr).toMatch(/! halted for .*: a real incident/)
    expect((await folder.stack()).halted).toMatchObject({ why: 'a real incident' })
    // Once more changes nothing.
    expect((await halt()).halted.why).toBe('a real incident')

    const released = await folder.run(['halt', '--release'])
    expect(released.stdout).toMatch(/^released after .*: a real incident/)
    expect((await folder.stack()).halted).toBeNull()
    expect((await folder.run(['fault', 'inject', 'latency', '--target', 'store', '--for', '1s'])).exitCode).toBe(0)
    expect((await folder.run(['load', '--duration', '1s', '--users', '2'])).exitCode).toBe(0)
  })

  it('ends a run and blocks new ones also when control was killed with -9', async () => {
    const { pid } = await folder.stack()
    let report: HaltReport | undefined
    const run = await midRun(async () => {
      process.kill(pid, 'SIGKILL')
      report = await halt()
    })
    expect(report).toMatchObject({ stack: 'not up', halted: { durable: true }, problems: [], lifted: [] })
    expect(report?.ended).toMatchObject([{ kind: 'run', how: 'ended' }])
    expect(run.exitCode, run.printed).toBe(5)
    expect((await lastJournal()).verdict).toBe('aborted')
    await expectBlocked()
    const status = await folder.run(['status'])
    expect(status.stderr).toContain('! halted for')
    expect(status.exitCode).toBe(6)
  })
})
