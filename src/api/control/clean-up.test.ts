import { describe, expect, it } from 'vitest'
import { CleanUp } from './clean-up.ts'

describe('a clean-up', () => {
  it('takes its steps once, the latest first, and fails as the first step that failed', async () => {
    const taken: string[] = []
    const step = (name: string, error?: Error) => async () => {
      taken.push(name)
      if (error !== undefined) throw error
    }
    const cleanUp = new CleanUp()
    cleanUp.add(step('first'))
    cleanUp.add(step('second', new Error('second failed')))
    cleanUp.add(step('third', new Error('third failed')))
    await expect(cleanUp.run()).rejects.toThrow('third failed')
    await expect(cleanUp.run()).rejects.toThrow('third failed')
    expect(taken).toEqual(['third', 'second', 'first'])
  })
})
