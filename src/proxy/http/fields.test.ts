import { describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { fieldsOf } from './fields.ts'
import { JsonObject } from './json-text.ts'

const schema = Type.Object({ name: Type.String(), attributes: Type.Object({}) })

describe('the fields of a body, as Go reads them', () => {
  it('take the later of two, in any case, and leave null alone', () => {
    const body = new JsonObject([
      ['name', 'a'],
      ['NAME', 'b'],
      ['Name', null],
      ['unknown', 1],
    ])
    expect(fieldsOf(schema, body)).toEqual({ name: 'b' })
  })

  it('are one object where an object is there several times', () => {
    const parts = Array.from({ length: 5_000 }, (_, n) => ['attributes', new JsonObject([[`a${n}`, n]])] as const)
    const { attributes } = fieldsOf(schema, new JsonObject(parts))
    expect((attributes as JsonObject).fields).toHaveLength(5_000)
    expect((attributes as JsonObject).fields.at(-1)).toEqual(['a4999', 4_999])
  })

  it('begin with the object that follows a value of another type', () => {
    const object = (key: string) => new JsonObject([[key, 1]])
    const body = new JsonObject([
      ['attributes', object('a')],
      ['attributes', object('b')],
      ['attributes', 7],
      ['attributes', object('c')],
    ])
    expect((fieldsOf(schema, body).attributes as JsonObject).fields).toEqual([['c', 1]])
  })
})
