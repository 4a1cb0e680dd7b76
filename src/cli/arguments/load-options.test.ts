import { describe, expect, it } from 'vitest'
import { type LoadFlags, readLoadFlags } from './load-options.ts'

const flags = (more: Partial<LoadFlags>): LoadFlags => ({
  journey: 'browse',
  shape: 'constant',
  maxUsers: '1000',
  duration: '1m',
  timeout: '10s',
  threshold: [],
  abortOnFail: false,
  workers: '1',
  workerCpu: '1',
  namespace: 'default',
  tokenFrom: 'FIREDRILL_WORKER_TOKEN',
  allowRemote: false,
  insecure: false,
  ...more,
})

describe('the options of a load', () => {
  it('refuse more users than can start before the run is over, and say what would do', () => {
    const read = () => readLoadFlags(flags({ users: '500', spawnRate: '10', duration: '5s' }))
    expect(read).toThrow(expect.objectContaining({ code: 'FD_USAGE' }))
    expect(read).toThrow(/500 users at 10 a second start over 49\.9 s, and --duration is 5s: --duration 51s or more/)
  })

  it('start the users of a short run within its first half, when nobody says how fast', () => {
    expect(readLoadFlags(flags({ duration: '1s' })).plan).toEqual({
      model: 'closed',
      users: 50,
      spawnRatePerSecond: 100,
    })
    expect(readLoadFlags(flags({})).plan).toMatchObject({ users: 50, spawnRatePerSecond: 10 })
  })

  it('have as many users as the workers can carry together', () => {
    const many = { users: '100000', spawnRate: '5000' }
    expect(() => readLoadFlags(flags(many))).toThrow(/--users is a whole number above 0, up to 50000/)
    expect(readLoadFlags(flags({ ...many, workers: 'load1,load2' })).plan).toMatchObject({ users: 100_000 })
  })
})
