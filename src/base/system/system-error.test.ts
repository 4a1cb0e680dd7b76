import { openSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defined } from '../defined.ts'
import { systemError } from './system-error.ts'

const refused = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: refused, write`), {
    code,
    syscall: 'write',
    ...defined({ path }),
  })

describe('systemError', () => {
  it('says of a full disk which file, how much is free and what to do', () => {
    expect(systemError(refused('ENOSPC', '/tmp/id'))?.toJSON()).toEqual({
      code: 'FD_SYSTEM_DISK',
      message: 'ENOSPC: refused, write',
      where: '/tmp/id',
      given: expect.stringMatching(/^[\d.]+ .?i?B free of [\d.]+ .iB$/),
      next: expect.stringContaining('--state FOLDER'),
    })
    expect(systemError(refused('ENOSPC'), '/tmp')?.details.given).toMatch(/free of/)
  })

  it('says of a limit which one to raise', () => {
    expect(systemError(refused('EMFILE'))?.details.next).toContain('ulimit -n')
  })

  it('takes what the system refuses for no mistake of Firedrill', () => {
    let error: unknown
    try {
      openSync('/proc/self/stat/below', 'r')
    } catch (thrown) {
      error = thrown
    }
    expect(systemError(error)).toMatchObject({ code: 'FD_SYSTEM_REFUSED', details: { where: '/proc/self/stat/below' } })
  })

  it('leaves every other error alone', () => {
    expect(systemError(new TypeError('x is not a function'))).toBeUndefined()
    expect(systemError(Object.assign(new Error('no such argument'), { code: 'ERR_X', path: '/x' }))).toBeUndefined()
    expect(systemError(refused('ECONNREFUSED'))).toBeUndefined()
    expect(systemError(systemError(refused('ENOSPC')))).toBeUndefined()
  })
})
