import { describe, expect, it } from 'vitest'
import { type Catalogued, fieldsOf, groupOf, paramsOf, problemOf } from './fault-params.ts'

const params = {
  type: 'object',
  properties: {
    delay: {
      type: 'string',
      format: 'duration',
      formatMinimum: '1ms',
      formatMaximum: '1m',
      default: '250ms',
      description: 'How long',
    },
    workers: { type: 'integer', minimum: 1, maximum: 64, default: 1, description: 'Threads' },
    method: { enum: ['*', 'GET'], default: '*', description: 'HTTP method' },
    deep: { type: 'boolean', default: false },
  },
} as unknown as Catalogued['params']
const fields = fieldsOf({ params })
const field = (name: string) => {
  const found = fields.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no field ${name}`)
  return found
}

describe('the fields of a fault', () => {
  it.each([
    ['delay', 'text', '250ms', '1ms to 1m'],
    ['workers', 'number', '1', '1 to 64'],
    ['method', 'choice', '*', ''],
    ['deep', 'switch', 'false', ''],
  ])('has %s as a %s', (name, kind, usual, hint) => {
    expect(field(name)).toMatchObject({ kind, default: usual, hint })
  })

  it('are sent in their types, and only where they differ from the defaults', () => {
    expect(paramsOf(fields, { delay: '250ms', workers: '4', method: 'GET', deep: 'true' })).toEqual({
      workers: 4,
      method: 'GET',
      deep: true,
    })
  })

  it.each([
    ['workers', '65', 'It must be at most 64'],
    ['workers', 'x', 'It must be a number'],
    ['workers', '3', undefined],
    ['delay', '', 'It must not be empty'],
    ['method', 'GET', undefined],
  ])('knows what is wrong with %s = %j', (name, text, problem) => {
    expect(problemOf(field(name), text)).toBe(problem)
  })
})

it.each([
  [['canKill', 'rules'], 'rules'],
  [['inside'], 'inside'],
  [['link'], 'link'],
  [['canPause'], 'process'],
  [[], 'process'],
])('a fault that needs %j is listed under %s', (needs, group) => {
  expect(groupOf({ needs })).toBe(group)
})
