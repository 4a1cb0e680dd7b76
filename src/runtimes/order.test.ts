import { describe, expect, it } from 'vitest'
import { startWaves, stopWaves } from './order.ts'

const part = (name: string, dependsOn: string[] = [], observer?: true) => ({
  name,
  dependsOn,
  ...(observer ? { observer } : {}),
})
const names = (waves: { name: string }[][]) => waves.map((wave) => wave.map(({ name }) => name))

describe('startWaves', () => {
  it('puts each part behind all it depends on', () => {
    expect(
      names(startWaves([part('web', ['db', 'cache']), part('db'), part('cache', ['db']), part('eye', [], true)])),
    ).toEqual([['db', 'eye'], ['cache'], ['web']])
  })
  it.each([
    ['a cycle', [part('a', ['b']), part('b', ['a'])], /a \(needs b\); b \(needs a\)/],
    ['a dependency that does not exist', [part('a', ['nothing'])], /a \(needs nothing\)/],
  ])('refuses %s', (_, parts, message) => {
    expect(() => startWaves(parts)).toThrow(message)
  })
})

describe('stopWaves', () => {
  it('stops observers first, then the reverse of the start', () => {
    expect(names(stopWaves([part('web', ['db']), part('db'), part('eye', [], true)]))).toEqual([
      ['eye'],
      ['web'],
      ['db'],
    ])
  })
})
