import { describe, expect, it } from 'vitest'
import { idOf, readInjection } from './fault-arguments.ts'

const options = { target: 'store', param: [], for: '30s' }

describe('readInjection', () => {
  it('reads a target, parameters as text and a time', () => {
    expect(
      readInjection('error', {
        ...options,
        target: 'store-2',
        param: ['status=503', 'share=5%'],
        for: '1m30s',
        seed: '7',
      }),
    ).toEqual({
      fault: 'error',
      service: 'store',
      replica: 'store-2',
      params: { status: 503, share: '5%', route: '*', method: '*' },
      forMs: 90_000,
      seed: 7,
    })
  })

  it('knows a part with a dash from a replica', () => {
    expect(readInjection('kill', { ...options, target: 'node-exporter' })).not.toHaveProperty('replica')
    expect(readInjection('kill', { ...options, target: 'node-exporter-1' })).toMatchObject({
      service: 'node-exporter',
      replica: 'node-exporter-1',
    })
  })

  it.each([
    ['an unknown fault', 'kil', {}, 'FD_FAULT_UNKNOWN'],
    ['an unknown parameter', 'kill', { param: ['sginal=SIGKILL'] }, 'FD_FAULT_PARAMS'],
    ['a parameter without a value', 'kill', { param: ['signal'] }, 'FD_USAGE'],
    ['a time without a unit', 'kill', { for: '30' }, 'FD_USAGE'],
    ['no time at all', 'kill', { for: '0s' }, 'FD_USAGE'],
    ['a target that is a path', 'kill', { target: '../store' }, 'FD_USAGE'],
    ['a seed below zero', 'kill', { seed: '-1' }, 'FD_USAGE'],
  ])('refuses %s', (_, name, changes, code) => {
    expect(() => readInjection(name, { ...options, ...changes })).toThrow(expect.objectContaining({ code }))
  })
})

describe('idOf', () => {
  const active = [{ id: 'abc-1' }, { id: 'abd-2' }]
  it('finds the one that begins like that', () => expect(idOf('abd', active)).toBe('abd-2'))
  it.each(['ab', 'x'])('refuses %s, which is several or none', (text) => {
    expect(() => idOf(text, active)).toThrow(expect.objectContaining({ code: 'FD_USAGE' }))
  })
})
