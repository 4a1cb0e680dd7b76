import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { Recorder } from './recorder.ts'

function recorded(...rows: [startMs: number, durationMs: number, cause?: string][]): Recorder {
  const recorder = new Recorder()
  for (const [startMs, durationMs, cause] of rows) {
    recorder.record({ startMs, durationMs, ...defined({ cause }) })
  }
  return recorder
}

describe('Recorder', () => {
  it('sums up nothing as zeros and nulls', () => {
    expect(recorded().summary()).toEqual({
      requests: 0,
      failures: 0,
      failuresByCause: {},
      durationMs: 0,
      ratePerSecond: 0,
      latencyMs: null,
      firstFailureMs: null,
      lastFailureMs: null,
      longestFailingMs: 0,
    })
  })

  it('counts requests, failures by cause and the rate', () => {
    const summary = recorded(
      [1_000, 10],
      [1_400, 5, 'refused'],
      [1_700, 5, 'timeout'],
      [1_990, 10, 'refused'],
    ).summary()
    expect(summary).toMatchObject({ requests: 4, failures: 3, failuresByCause: { refused: 2, timeout: 1 } })
    expect(summary.ratePerSecond).toBe(4)
    expect(summary).toMatchObject({ firstFailureMs: 1_400, lastFailureMs: 2_000, durationMs: 1_000 })
  })

  it('takes percentiles of the requests that went well, within 0.2 %', () => {
    const recorder = new Recorder()
    for (let ms = 1; ms <= 1_000; ms += 1) recorder.record({ startMs: ms, durationMs: ms })
    for (let n = 0; n < 1_000; n += 1) recorder.record({ startMs: n, durationMs: 0.1, cause: 'refused' })
    const { latencyMs } = recorder.summary()
    expect(latencyMs?.p50).toBeGreaterThan(499)
    expect(latencyMs?.p50).toBeLessThan(501.5)
    expect(latencyMs?.p99).toBeGreaterThan(989)
    expect(latencyMs?.p99).toBeLessThan(992)
    expect(latencyMs?.max).toBeGreaterThan(999)
  })

  it.each([
    ['no failure', [[0, 1]], 0],
    [
      'one failure',
      [
        [0, 1],
        [10, 5, 'x'],
        [20, 1],
      ],
      5,
    ],
    [
      'the longest of two stretches',
      [
        [0, 5, 'x'],
        [10, 1],
        [20, 5, 'x'],
        [30, 5, 'x'],
        [40, 1],
      ],
      15,
    ],
    [
      'a success between them ends a stretch',
      [
        [0, 5, 'x'],
        [6, 1],
        [8, 5, 'x'],
      ],
      5,
    ],
    [
      'order of end, not of start',
      [
        [0, 100],
        [10, 5, 'x'],
        [50, 20, 'x'],
      ],
      60,
    ],
  ] as [string, [number, number, string?][], number][])('measures the longest failing stretch: %s', (_, rows, ms) => {
    expect(recorded(...rows).summary().longestFailingMs).toBe(ms)
  })

  it('counts what users felt in a window, counting a request cut by it from the start of the window', () => {
    const recorder = recorded([80, 10, 'early'], [90, 20, 'reset'], [120, 5, 'refused'], [130, 5], [300, 5, 'late'])
    expect(recorder.felt(100, 200)).toEqual({
      firstFailureMs: 100,
      lastFailureMs: 125,
      failures: 2,
      requests: 3,
      windowMs: 25,
    })
  })
})
