import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ConditionSources } from '../conditions/condition.ts'
import { parseDrill } from '../file/drill-file.ts'
import type { InjectedFault } from '../journal/schema/fault.ts'
import type { SystemUnderDrill } from '../system.ts'
import { MethodRunner } from './method-runner.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** A system whose faults land, or fail, when the test says so. */
class SlowSystem {
  readonly lifted: string[] = []
  ends: () => void = () => undefined
  readonly #asked: { resolve(fault: InjectedFault): void; reject(error: Error): void }[] = []

  inject(): Promise<InjectedFault> {
    return new Promise((resolve, reject) => void this.#asked.push({ resolve, reject }))
  }

  lands(index: number): void {
    const atMs = Date.now()
    const landing = { landed: true, atMs, proof: 'pid 4711 is gone' }
    this.#asked[index]?.resolve({ id: `f-${index}`, injectedAtMs: atMs, landing })
  }

  fails(index: number): void {
    this.#asked[index]?.reject(new Error('there is no such process'))
  }

  async endBeginning() {
    this.ends()
  }

  async lift(id: string) {
    this.lifted.push(id)
    return { liftedAtMs: Date.now(), changed: true, detail: 'started' }
  }
}

const KILL_BOTH = '{ at: 0s, fault: kill, target: store }, { at: 1s, fault: kill, target: shop }'

function runnerOf(method: string) {
  const text = `
title: T
why: W
steadyState: [{ http: store, path: /ready }]
load: none
method: [${method}]
expectations: [{ steady: true, within: 20s }]
`
  const system = new SlowSystem()
  const leaving = new AbortController()
  const drill = parseDrill(text, 'x.yaml', { services: ['store', 'shop'] })
  const runner = new MethodRunner(system as unknown as SystemUnderDrill, drill.method, leaving.signal)
  const errors: unknown[] = []
  return {
    system,
    runner,
    errors,
    begin: () => runner.begin(Date.now(), {} as ConditionSources, { onError: (error) => errors.push(error) }),
    leave() {
      leaving.abort(new Error('the run is over'))
      return runner.putBack({ actions: true }, () => undefined)
    },
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('what a run leaves', () => {
  it('is free at once of the faults that are in force, while another one is still landing', async () => {
    const { system, begin, leave } = runnerOf(KILL_BOTH)
    const begun = begin()
    system.lands(0)
    await begun
    await pass(1_000)
    const left = leave()
    await pass(0)
    expect(system.lifted).toEqual(['f-0'])
    system.lands(1)
    expect(await left).toEqual([])
    expect(system.lifted).toEqual(['f-0', 'f-1'])
  })

  it('is free of a fault that lands only after its bound, and at once of one before it', async () => {
    const { system, runner, errors, begin, leave } = runnerOf(KILL_BOTH)
    const begun = begin()
    system.lands(0)
    await begun
    await pass(32_000)
    expect(errors).toMatchObject([{ code: 'FD_DRILL_TIMEOUT' }])
    const left = leave()
    await pass(10_000)
    expect(system.lifted).toEqual(['f-0'])
    system.lands(1)
    expect(await left).toEqual([])
    expect(system.lifted).toEqual(['f-0', 'f-1'])
    expect(runner.steps[1]).toMatchObject({ ok: false, putBack: { ok: true, detail: 'started' } })
  })

  it('is free of one that lands before anybody leaves', async () => {
    const { system, begin, leave } = runnerOf('{ at: 0s, fault: kill, target: store }')
    const failed = expect(begin()).rejects.toMatchObject({ code: 'FD_DRILL_TIMEOUT' })
    await pass(30_000)
    await failed
    system.lands(0)
    expect(await leave()).toEqual([])
    expect(system.lifted).toEqual(['f-0'])
  })

  it('may still get a fault that does not land for long, which is said, and lifted even then', async () => {
    const { system, begin, leave } = runnerOf('{ at: 0s, fault: kill, target: store }')
    const failed = expect(begin()).rejects.toMatchObject({ code: 'FD_DRILL_TIMEOUT' })
    await pass(30_000)
    await failed
    const left = leave()
    await pass(75_000)
    expect(await left).toEqual([
      expect.stringMatching(/^kill store could not be lifted; its own limit .* undoes it: waited/),
    ])
    system.lands(0)
    await pass(0)
    expect(system.lifted).toEqual(['f-0'])
  })

  it('has nothing to undo of a fault that is refused after its bound', async () => {
    const { system, begin, leave } = runnerOf('{ at: 0s, fault: kill, target: store }')
    const failed = expect(begin()).rejects.toMatchObject({ code: 'FD_DRILL_TIMEOUT' })
    await pass(30_000)
    await failed
    const left = leave()
    system.fails(0)
    expect(await left).toEqual([])
    expect(system.lifted).toEqual([])
  })

  it('has a fault ended that only begins when the run is stopped', async () => {
    const { system, runner, begin, leave } = runnerOf('{ at: 0s, fault: kill, target: store }')
    const begun = expect(begin()).rejects.toThrow('there is no such process')
    system.ends = () => system.fails(0)
    expect(await leave()).toEqual([])
    await begun
    expect(runner.injected).toEqual([])
    expect(system.lifted).toEqual([])
  })

  it('has a fault ended that does not land within its bound', async () => {
    const { system, begin } = runnerOf('{ at: 0s, fault: kill, target: store }')
    const failed = expect(begin()).rejects.toMatchObject({ code: 'FD_DRILL_TIMEOUT' })
    const ended = new Promise<void>((resolve) => {
      system.ends = resolve
    })
    await pass(30_000)
    await failed
    await ended
  })
})
