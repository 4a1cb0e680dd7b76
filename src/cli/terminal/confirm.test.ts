import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { confirm } from './confirm.ts'

function ask(signal = new AbortController().signal) {
  const input = new PassThrough()
  return { input, answer: confirm('Remove it?', { input, output: new PassThrough(), signal }) }
}

it.each([
  ['y', true],
  ['Yes', true],
  ['', false],
  ['yes please', false],
])('takes %j as %s', async (typed, expected) => {
  const { input, answer } = ask()
  input.write(`${typed}\n`)
  expect(await answer).toBe(expected)
})

it('takes an end of the input as a no', async () => {
  const { input, answer } = ask()
  input.end()
  expect(await answer).toBe(false)
})

it('takes an interruption as a no, before the question and during it', async () => {
  const interrupted = new AbortController()
  const { answer } = ask(interrupted.signal)
  interrupted.abort(new Error('stopped by SIGTERM'))
  expect(await answer).toBe(false)
  expect(await ask(interrupted.signal).answer).toBe(false)
})
