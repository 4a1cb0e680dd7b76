import { describe, expect, it } from 'vitest'
import { error } from './inside/error.ts'
import { latency } from './inside/latency.ts'
import { noOp } from './no-op.ts'
import { readParams } from './params.ts'

describe('readParams', () => {
  it('fills in defaults and leaves what was given as it is', () => {
    const given = Object.freeze({ delay: '1s' })
    expect(readParams(latency, given)).toEqual({
      delay: '1s',
      jitter: '0ms',
      distribution: 'uniform',
      route: '*',
      method: '*',
      share: '100%',
    })
  })

  it('reports everything that is wrong at once: units, bounds, choices, names', () => {
    const given = { delay: '2h', jitter: 'long', distribution: 'flat', share: '101%', rout: '/' }
    expect(() => readParams(latency, given)).toThrow(
      expect.objectContaining({
        code: 'FD_FAULT_PARAMS',
        message: [
          'there is no parameter "rout"; did you mean route?',
          'delay must be a duration: 500ms, 2s, 1m30s; from 1ms to 1m, not "2h"',
          'jitter must be a duration: 500ms, 2s, 1m30s; from 0ms to 1m, not "long"',
          'distribution must be one of uniform, normal, exponential, pareto, not "flat"',
          'share must be a share: 5%, 100%; from 0% to 100%, not "101%"',
        ].join('; '),
      }),
    )
    expect(() => readParams(noOp, { delay: '1s' })).toThrow(/there is no parameter "delay"/)
  })

  it('compares quantities by what they mean, not by how they are written', () => {
    expect(() => readParams(latency, { delay: '60000ms' })).not.toThrow()
    expect(() => readParams(latency, { delay: '0.5ms' })).toThrow(/from 1ms/)
  })

  it('takes numbers as text only from a command line', () => {
    expect(readParams(error, { status: '503' }, { text: true })).toMatchObject({ status: 503 })
    expect(() => readParams(error, { status: '503' })).toThrow(/status must be a whole number from 400 to 599/)
  })
})
