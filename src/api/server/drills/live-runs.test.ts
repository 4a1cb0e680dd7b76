import { describe, expect, it } from 'vitest'
import type { ChildCommand, CommandEnd } from '../../commands/child-command.ts'
import type { RunView } from '../../contract.ts'
import { LiveRuns } from './live-runs.ts'
import { reportOf } from './test-report.ts'

/** A command under test's control. */
function fakeCommand() {
  let end: (end: CommandEnd) => void = () => undefined
  const calls: string[] = []
  const fake = {
    pid: 4711,
    end: undefined as CommandEnd | undefined,
    ended: new Promise<CommandEnd>((resolve) => {
      end = resolve
    }),
    lines: () => ['a line'],
    interrupt: () => calls.push('interrupt'),
  }
  const finish = async (how: CommandEnd = { code: 0, signal: null, failure: undefined }) => {
    fake.end = how
    end(how)
    await fake.ended
    await Promise.resolve()
  }
  return { command: fake as unknown as ChildCommand, calls, finish }
}

function liveRuns() {
  const changes: RunView[] = []
  const clock = { ms: 0 }
  const runs = new LiveRuns({ onChange: (view) => changes.push(view), nowMs: () => clock.ms })
  return { runs, changes, clock, states: () => changes.map(({ id, state }) => `${id} ${state}`) }
}

describe('LiveRuns', () => {
  it('shows a run of a terminal from its first report to its verdict', () => {
    const { runs, states } = liveRuns()
    runs.report(reportOf({ id: 'a', phase: 'gate' }))
    runs.report(reportOf({ id: 'a', verdict: 'held', endedAtMs: 2, journal: 'x' }))
    expect(states()).toEqual(['a running', 'a finished'])
    expect(runs.list()).toMatchObject([{ id: 'a', startedBy: 'terminal', mayAbort: false, journal: 'x' }])
    expect(runs.abort('a')).toBe(false)
  })

  it('takes a run for gone whose process ended without a verdict', async () => {
    const { runs, states } = liveRuns()
    const { command, finish } = fakeCommand()
    runs.started(reportOf({ id: 'a' }), command)
    expect(runs.view('a')).toMatchObject({
      state: 'starting',
      startedBy: 'console',
      mayAbort: true,
      output: ['a line'],
    })
    runs.report(reportOf({ id: 'a' }))
    await finish({ code: null, signal: 'SIGKILL', failure: undefined })
    expect(states()).toEqual(['a starting', 'a running', 'a gone'])
    expect(runs.view('a')).toMatchObject({ mayAbort: false, endedAtMs: expect.any(Number) })
  })

  it('takes a run of a terminal for gone when it is silent, and back when it reports again', () => {
    const { runs, clock, states } = liveRuns()
    runs.report(reportOf({ id: 'a' }))
    clock.ms = 14_000
    runs.look()
    clock.ms = 16_000
    runs.look()
    runs.look()
    runs.report(reportOf({ id: 'a' }))
    expect(states()).toEqual(['a running', 'a gone', 'a running'])
  })

  it('interrupts a run that it started once, and says since when', () => {
    const { runs } = liveRuns()
    const { command, calls } = fakeCommand()
    runs.started(reportOf({ id: 'a' }), command)
    expect(runs.abort('a')).toBe(true)
    expect(runs.abort('a')).toBe(true)
    expect(runs.view('a')).toMatchObject({ mayAbort: false, abortedAtMs: expect.any(Number) })
    expect(new Set(calls)).toEqual(new Set(['interrupt']))
  })

  it('leaves a run alone that is over', async () => {
    const { runs } = liveRuns()
    const { command, calls, finish } = fakeCommand()
    runs.started(reportOf({ id: 'a' }), command)
    runs.report(reportOf({ id: 'a', verdict: 'deviated' }))
    await finish()
    expect(runs.abort('a')).toBe(true)
    expect(calls).toEqual([])
    expect(runs.view('a')?.state).toBe('finished')
  })

  it('keeps the last runs that ended, and every one that is under way', () => {
    const { runs } = liveRuns()
    runs.report(reportOf({ id: 'live' }))
    for (let run = 0; run < 100; run += 1) runs.report(reportOf({ id: `run-${run}`, verdict: 'held' }))
    const ids = runs.list().map(({ id }) => id)
    expect(ids[0]).toBe('run-99')
    expect(ids).toContain('live')
    expect(ids.length).toBeLessThanOrEqual(22)
  })

  it('is bounded also when no run ever ends', () => {
    const { runs } = liveRuns()
    for (let run = 0; run < 500; run += 1) runs.report(reportOf({ id: `run-${run}` }))
    expect(runs.list().length).toBeLessThanOrEqual(41)
  })

  it('begins a stream with what is under way; with nothing under way, with the latest', () => {
    const { runs } = liveRuns()
    expect(runs.current()).toEqual([])
    runs.report(reportOf({ id: 'a', verdict: 'held' }))
    runs.report(reportOf({ id: 'b', verdict: 'held' }))
    expect(runs.current().map(({ id }) => id)).toEqual(['b'])
    runs.report(reportOf({ id: 'c' }))
    expect(runs.current().map(({ id }) => id)).toEqual(['c'])
  })

  it('resolves when a run has reported', async () => {
    const { runs } = liveRuns()
    const reported = runs.reported('a')
    runs.report(reportOf({ id: 'a' }))
    await reported
  })
})
