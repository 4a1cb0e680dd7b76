import { expect, it } from 'vitest'
import { oneNamespace } from './one-namespace.ts'

it('a run stays in the namespace of its first fault', () => {
  const enter = oneNamespace()
  enter('shop', false)
  enter('shop', false)
  expect(() => enter('bank', false)).toThrow('this run has acted in shop already, and would act in bank too')
  expect(() => enter('bank', true)).not.toThrow()
})
