import { describe, expect, it } from 'vitest'
import { Recorder } from './recorder.ts'
import { RunningSeconds } from './running-seconds.ts'

const START_MS = 1_700_000_000_000

/** A request a tenth of a second for `seconds`; each fifth fails. */
function recorded(seconds: number): Recorder {
  const recorder = new Recorder()
  for (let index = 0; index < seconds * 10; index += 1) {
    const cause = index % 5 === 0 ? { cause: 'http 503' } : {}
    recorder.record({ startMs: START_MS + index * 100, durationMs: 10 + (index % 7), ...cause })
  }
  return recorder
}

describe('RunningSeconds', () => {
  it('comes to the same as counting everything at the end, however often it is looked at', () => {
    const recorder = recorded(30)
    const seconds = new RunningSeconds(recorder, START_MS + 300)
    for (let atMs = START_MS; atMs < START_MS + 30_000; atMs += 370) seconds.read(atMs)
    expect(seconds.read(START_MS + 60_000)).toEqual({ startMs: START_MS, figures: recorder.seconds(START_MS) })
  })

  it('leaves out what ended a moment ago, until it is settled whether that failed', () => {
    const recorder = new Recorder()
    const seconds = new RunningSeconds(recorder, START_MS)
    const request = recorder.record({ startMs: START_MS, durationMs: 50 })
    expect(seconds.read(START_MS + 60).figures.requests).toEqual([])
    recorder.markFailed(request, 'wrong')
    expect(seconds.read(START_MS + 500).figures).toEqual({ requests: [1], failures: [1], p95Ms: [null] })
  })

  it('keeps the last hour of a longer load', () => {
    const recorder = new Recorder()
    const seconds = new RunningSeconds(recorder, START_MS)
    for (let second = 0; second < 4_000; second += 1)
      recorder.record({ startMs: START_MS + second * 1_000, durationMs: 5 })
    const { startMs, figures } = seconds.read(START_MS + 5_000_000)
    expect(startMs).toBe(START_MS + 400_000)
    expect(figures.requests).toHaveLength(3_600)
    recorder.record({ startMs: START_MS + 4_000_000, durationMs: 5 })
    expect(seconds.read(START_MS + 5_000_000).startMs).toBe(START_MS + 401_000)
  })

  it('returns lists of its own, which later looks do not change', () => {
    const recorder = recorded(1)
    const seconds = new RunningSeconds(recorder, START_MS)
    const { figures } = seconds.read(START_MS + 5_000)
    recorder.record({ startMs: START_MS + 3_000, durationMs: 5 })
    seconds.read(START_MS + 9_000)
    expect(figures.requests).toHaveLength(1)
  })
})
