import { describe, expect, it } from 'vitest'
import { faultErrors } from '../../faults/errors.ts'
import type { LiftView } from '../contract.ts'
import { faultsOver } from './faults-over.ts'

function liftingWith(lift: () => Promise<LiftView>) {
  const never = () => Promise.reject(new Error('not asked here'))
  return faultsOver({ inject: never, liftAll: never, faults: never, lift }).lift('a')
}

const view = { id: 'a', fault: 'scale', service: 'web', replica: 'web-1', liftedAtMs: 1, changed: false }

describe('a lift of a drill', () => {
  it('is an error where what the fault has changed is still so', async () => {
    const lifting = liftingWith(async () => ({ ...view, failed: true, detail: 'could not be undone: forbidden' }))
    await expect(lifting).rejects.toMatchObject({
      code: 'FD_FAULT_NOT_UNDONE',
      message: 'could not be undone: forbidden',
    })
  })

  it('ends well where the fault had ended', async () => {
    expect(await liftingWith(async () => ({ ...view, detail: 'it had ended' }))).toEqual({
      ...{ liftedAtMs: 1, changed: false, detail: 'it had ended' },
    })
    const unknown = faultErrors.error('FD_FAULT_NOT_ACTIVE', { message: 'no fault has the id a' })
    expect(await liftingWith(() => Promise.reject(unknown))).toMatchObject({ changed: false })
  })
})
