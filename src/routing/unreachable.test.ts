import { describe, expect, it } from 'vitest'
import { routingOf } from './test-routing.ts'
import { unreachableRoutes } from './unreachable.ts'

const found = (...routes: string[]) => {
  const { root } = routingOf(`route:\n  receiver: all\n  routes:\n${routes.map((one) => `    - ${one}`).join('\n')}\n`)
  return unreachableRoutes(root).map(
    ({ route, shadowedBy }) => `${route.name} by ${shadowedBy.map(({ name }) => name).join(' and ') || 'nothing'}`,
  )
}

describe('a route that no alert reaches', () => {
  it.each([
    ['below one that takes all', ['{ receiver: a }', '{ matchers: [x=1] }'], ['{x="1"} by a route for all']],
    [
      'below a wider one',
      ['{ matchers: [\'x=~"a|b"\'] }', '{ matchers: [x=a, y=1] }'],
      ['{x="a", y="1"} by {x=~"a|b"}'],
    ],
    [
      'below the same expression',
      ['{ matchers: [\'x=~"a.*"\'] }', '{ matchers: [\'x=~"a.*"\', y=1] }'],
      ['{x=~"a.*", y="1"} by {x=~"a.*"}'],
    ],
    [
      'below an expression that its value fits',
      ['{ matchers: [\'x=~"a.*"\'] }', '{ matchers: [x=abc] }'],
      ['{x="abc"} by {x=~"a.*"}'],
    ],
    [
      'below one that asks for any value',
      ['{ matchers: [\'x=~".+"\'] }', '{ matchers: [x=1] }'],
      ['{x="1"} by {x=~".+"}'],
    ],
    [
      'below two that share its alerts',
      ['{ matchers: [x=a] }', '{ matchers: [x=b] }', '{ matchers: [\'x=~"a|b"\'] }'],
      ['{x=~"a|b"} by {x="a"} and {x="b"}'],
    ],
    [
      'below one and its opposite',
      ['{ matchers: [x=a] }', '{ matchers: [x!=a] }', '{ matchers: [y=1] }'],
      ['{y="1"} by {x="a"} and {x!="a"}'],
    ],
    ['with matchers that exclude each other', ['{ matchers: [x=a, x=b] }'], ['{x="a", x="b"} by nothing']],
    [
      'with matchers that exclude those around it',
      ['{ matchers: [x=a], routes: [{ matchers: [x=b] }] }'],
      ['{x="a", x="b"} by nothing'],
    ],
    [
      'below one that stands above the route around it',
      ['{ matchers: [x=a, y=1] }', '{ matchers: [x=a], routes: [{ matchers: [y=1] }] }'],
      ['{x="a", y="1"} by {x="a", y="1"}'],
    ],
  ])('is found %s', (_, routes, expected) => {
    expect(found(...routes)).toEqual(expected)
  })

  it.each([
    ['a route that continues', ['{ receiver: a, continue: true }', '{ matchers: [x=1] }']],
    ['a narrower one', ['{ matchers: [x=1, y=1] }', '{ matchers: [x=1] }']],
    ['one of another label', ['{ matchers: [x=1] }', '{ matchers: [y=1] }']],
    ['an expression that may differ', ['{ matchers: [\'x=~"a.*"\'] }', '{ matchers: [\'x=~".*a"\'] }']],
    ['one that leaves some', ['{ matchers: [x=a] }', '{ matchers: [\'x=~"a|b"\'] }']],
    [
      'the same matchers in another branch',
      ['{ matchers: [z=1], routes: [{ matchers: [x=1] }] }', '{ matchers: [x=1] }'],
    ],
  ])('is not found below %s', (_, routes) => {
    expect(found(...routes)).toEqual([])
  })
})
