import { describe, expect, it } from 'vitest'
import type { DrillParameter } from '../../../../src/api/contract/drills/drills.ts'
import { chosenParameters, whyWrong } from './parameter-query.ts'

const threads: DrillParameter = { name: 'threads', type: 'integer', default: 2, description: '' }

it('takes values from the address, and leaves out defaults and what the drill does not declare', () => {
  const read = (text: string) => chosenParameters([threads], new URLSearchParams(text))
  expect(read('set.threads=4&set.other=1&threads=9')).toEqual({ threads: '4' })
  expect(read('set.threads=2')).toEqual({})
  expect(read('')).toEqual({})
})

describe('whyWrong', () => {
  it.each([
    ['integer', '4', undefined],
    ['integer', '4.5', 'a whole number'],
    ['number', '4.5', undefined],
    ['number', '', 'a number'],
    ['boolean', 'yes', 'true or false'],
    ['duration', '1m30s', undefined],
    ['duration', '90', 'a duration: 500ms, 2s, 1m30s'],
    ['share', '0.1%', undefined],
    ['share', '0.1', 'a share: 5%, 0.1%'],
    ['text', '', undefined],
  ] as const)('a %s that is %j: %j', (type, text, wrong) => {
    expect(whyWrong({ type }, text)).toBe(wrong)
  })
})
