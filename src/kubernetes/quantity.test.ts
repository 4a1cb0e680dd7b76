import { expect, it } from 'vitest'
import { parseQuantity } from './quantity.ts'

it.each([
  ['128Mi', 134_217_728],
  ['1.5G', 1_500_000_000],
  ['500m', 0.5],
  ['2', 2],
  ['1e3', 1_000],
  ['64Ki', 65_536],
])('%s is %d', (text, value) => {
  expect(parseQuantity(text)).toBe(value)
})

it.each([undefined, '', 'Mi', '12 Mi', '-1', '1Qi'])('%s is no quantity', (text) => {
  expect(parseQuantity(text)).toBeUndefined()
})
