import { describe, expect, it } from 'vitest'
import { Type as TypeBox } from '#typebox'
import { strictRecord } from './strict-record.ts'
import { Type } from './type.ts'

const strict = { additionalProperties: false }

describe('Type', () => {
  it.each([
    ['text', Type.String({ minLength: 1, pattern: '^a' }), TypeBox.String({ minLength: 1, pattern: '^a' })],
    ['a whole number', Type.Integer({ minimum: 1, default: 5 }), TypeBox.Integer({ minimum: 1, default: 5 })],
    ['a number', Type.Number(), TypeBox.Number()],
    ['a boolean', Type.Boolean(), TypeBox.Boolean()],
    ['null', Type.Null(), TypeBox.Null()],
    ['a literal', Type.Literal('up'), TypeBox.Literal('up')],
    ['a list', Type.Array(Type.String(), { maxItems: 3 }), TypeBox.Array(TypeBox.String(), { maxItems: 3 })],
    ['one of several', Type.Union([Type.String(), Type.Null()]), TypeBox.Union([TypeBox.String(), TypeBox.Null()])],
    ['a record', Type.Record(Type.Number()), strictRecord(TypeBox.Number())],
    [
      'an object with optional properties',
      Type.Object({ key: Type.String(), after: Type.Optional(Type.Integer()) }, strict),
      TypeBox.Object({ key: TypeBox.String(), after: TypeBox.Optional(TypeBox.Integer()) }, strict),
    ],
  ])('makes of %s what TypeBox makes', (_, ours, theirs) =>
    expect(JSON.parse(JSON.stringify(ours))).toEqual(JSON.parse(JSON.stringify(theirs))),
  )

  it('leaves a schema that is optional elsewhere as it is', () => {
    const name = Type.String()
    Type.Object({ name: Type.Optional(name) })
    expect(Type.Object({ name })).toMatchObject({ required: ['name'] })
  })
})
