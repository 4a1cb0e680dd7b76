import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../base/errors.ts'
import { SeveralErrors } from '../base/several-errors.ts'
import { parseDrill } from '../drills/file/drill-file.ts'
import type { Plan } from '../drills/plan.ts'
import { checkJourneys, Preflight, refuseImpossible } from './preflight.ts'

const error = (message: string) => new FiredrillError('FD_USAGE', { message, where: 'x' })
const caught = async (work: () => unknown): Promise<FiredrillError> => {
  try {
    await work()
  } catch (thrown) {
    return thrown as FiredrillError
  }
  throw new Error('nothing was thrown')
}

const drill = (journey: string, file = 'a.yaml') =>
  parseDrill(
    `title: T\nwhy: W\nsteadyState: [{ http: store, path: / }]\nload: { journey: ${journey}, users: 1, spawnRate: 1 }
method: []\nwatch: 1s\nexpectations: [{ noOtherAlert: true }]`,
    file,
  )

describe('Preflight', () => {
  it('reports one reason as it is, and several together, each with its code and place', async () => {
    const one = new Preflight()
    expect(await one.attempt(() => 5)).toBe(5)
    expect(await one.attempt(() => Promise.reject(error('first')))).toBeUndefined()
    expect((await caught(() => one.done())).message).toBe('first')
    await one.attempt(() => Promise.reject(error('second')))
    await one.attempt(() => Promise.reject(new SeveralErrors('FD_RUN_REFUSED', [error('third'), error('fourth')])))
    const all = await caught(() => one.done())
    expect(all.code).toBe('FD_RUN_REFUSED')
    expect(all.format().split('\n')).toEqual([
      'FD_RUN_REFUSED nothing was run, for 4 reasons',
      'FD_USAGE x: first',
      'FD_USAGE x: second',
      'FD_USAGE x: third',
      'FD_USAGE x: fourth',
    ])
    expect(all.toJSON()).toMatchObject({ errors: [{ message: 'first' }, {}, {}, { code: 'FD_USAGE' }] })
  })

  it('keeps no mistake of Firedrill itself', async () => {
    await expect(new Preflight().attempt(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError)
  })
})

describe('checkJourneys', () => {
  it('names every drill whose journey is not a journey, before anything is done', async () => {
    const all = await caught(() =>
      checkJourneys([drill('./no/such.ts'), drill('browse'), drill('./other.ts', '/b/b.yaml')]),
    )
    expect(all.code).toBe('FD_RUN_REFUSED')
    expect(all.format()).toMatch(/FD_LOAD_JOURNEY \S*no\/such\.ts: .*\n.*\n {2}given: {4}the load of a\.yaml/)
    expect(all.format()).toMatch(/FD_LOAD_JOURNEY \/b\/other\.ts: .*\n.*\n {2}given: {4}the load of \/b\/b\.yaml/)
  })

  it('refuses one whose users talk to no service of the system', async () => {
    const one = await caught(() => checkJourneys([drill('browse')], ['shop']))
    expect(one).toMatchObject({ code: 'FD_LOAD_JOURNEY', message: 'there is no service "store"' })
    await checkJourneys([drill('browse'), drill('prices')])
  })
})

describe('refuseImpossible', () => {
  it('names every reason of every drill that cannot hold', async () => {
    const plan = (file: string, refusals: string[]) => ({ drill: { title: 'T', file }, refusals }) as unknown as Plan
    await refuseImpossible([plan('a.yaml', [])])
    const all = await caught(() =>
      refuseImpossible([plan('a.yaml', ['x', 'y']), plan('b.yaml', []), plan('c.yaml', ['z'])]),
    )
    expect(all.format()).toContain('FD_DRILL_IMPOSSIBLE a.yaml: this drill cannot hold\n  - x\n  - y\n')
    expect(all.format()).toContain('FD_DRILL_IMPOSSIBLE c.yaml: this drill cannot hold\n  - z\n')
  })
})
