import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { parseDrill } from './drill-file.ts'

/** A placeholder, written so that it is no template here. */
const put = (name: string) => `$\{${name}}`

const drill = `
title: The store crashes with ${put('users')} users
why: W
parameters:
  users: { type: integer, default: 20, description: How many }
  bound: { type: duration, default: 2s }
  deadly: { type: boolean, default: true }
steadyState: [{ metric: up, is: "== 1" }]
load: { journey: browse, users: "${put('users')}", spawnRate: 1 }
method: []
expectations: [{ steady: true, within: "${put('bound')}" }]
`

function complaint(text: string, set: Record<string, string> = {}): string {
  try {
    parseDrill(text, 'x.yaml', { set })
  } catch (error) {
    if (error instanceof InvalidFileError) return error.format()
    throw error
  }
  return 'no complaint'
}

describe('parameters of a drill', () => {
  it('stand where their placeholders are, with their types, by default', () => {
    expect(parseDrill(drill, 'x.yaml')).toMatchObject({
      title: 'The store crashes with 20 users',
      load: { users: 20 },
      expectations: [{ withinMs: 2_000 }, { kind: 'noOtherAlert' }],
      parameters: { users: 20, bound: '2s', deadly: true },
    })
  })

  it('are what the command line sets', () => {
    const set = { users: '50', bound: '500ms', deadly: 'false', other: 'is passed over' }
    expect(parseDrill(drill, 'x.yaml', { set })).toMatchObject({
      load: { users: 50 },
      expectations: [{ withinMs: 500 }, { kind: 'noOtherAlert' }],
      parameters: { users: 50, bound: '500ms', deadly: false },
    })
  })

  it.each([
    [
      'a value of another type',
      { users: 'many' },
      'parameters.users: cannot be set to that\n  expected: a whole number\n  given:    --set users=many',
    ],
    ['a fraction for a whole number', { users: '1.5' }, 'expected: a whole number'],
    ['what is no duration', { bound: '2 s' }, 'given:    --set bound=2 s'],
    ['a value that the place refuses', { users: '0' }, 'load.users: out of range'],
  ])('complain about %s', (_, set, expected) => {
    expect(complaint(drill, set)).toContain(expected)
  })

  it('complain about a default of another type, and about one that is not declared', () => {
    const text = drill.replace('default: 20', 'default: twenty').replace(put('bound'), put('buond'))
    const said = complaint(text)
    expect(said).toContain('x.yaml:5:36 parameters.users.default: not of the type "integer"')
    expect(said).toContain('expectations[0].within: unknown parameter "buond"')
    expect(said).toContain('did you mean bound?')
  })
})
