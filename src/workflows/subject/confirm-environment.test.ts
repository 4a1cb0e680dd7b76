import { describe, expect, it } from 'vitest'
import { confirmEnvironment } from './confirm-environment.ts'

const system = (environment: 'lab' | 'production') => ({ environment, file: 'firedrill.yaml' })
const typing = (text: string) => async () => text

describe('confirmEnvironment', () => {
  it('asks nobody in a lab', async () => {
    const ask = () => Promise.reject(new Error('it was asked'))
    expect(await confirmEnvironment(system('lab'), { named: undefined, ask })).toBeUndefined()
  })

  it('takes production typed at the terminal, or named by the command', async () => {
    expect(await confirmEnvironment(system('production'), { named: undefined, ask: typing(' production ') })).toBe(
      'terminal',
    )
    expect(await confirmEnvironment(system('production'), { named: 'production', ask: undefined })).toBe('flag')
  })

  it.each([
    ['yes', typing('y')],
    ['nothing', typing('')],
    ['no terminal', undefined],
  ])('refuses production with %s', async (_, ask) => {
    await expect(confirmEnvironment(system('production'), { named: undefined, ask })).rejects.toMatchObject({
      code: 'FD_ENVIRONMENT_NOT_CONFIRMED',
      details: { next: expect.stringContaining('--environment production') },
    })
  })

  it.each([
    ['lab', 'production'],
    ['production', 'lab'],
  ] as const)('refuses a %s that the command takes for a %s', async (environment, named) => {
    await expect(confirmEnvironment(system(environment), { named, ask: undefined })).rejects.toMatchObject({
      code: 'FD_ENVIRONMENT_OTHER',
    })
  })
})
