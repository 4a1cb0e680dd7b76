import { describe, expect, it } from 'vitest'
import { inhibits } from './inhibition.ts'
import { ANY_VALUE, atLeast, exactLabels, withValues } from './possible-labels.ts'
import { routingOf } from './test-routing.ts'

const ruleOf = (text: string) => {
  const [rule] = routingOf('route: { receiver: a }', `inhibit_rules: [${text}]`).inhibitions
  if (rule === undefined) throw new Error('no rule')
  return rule
}
const DOWN = ruleOf(
  '{ source_matchers: [alertname=Down], target_matchers: [\'severity=~"warning|info"\'], equal: [service] }',
)

describe('an inhibition', () => {
  it.each([
    ['with the same service', { alertname: 'Down', service: 'a' }, { severity: 'info', service: 'a' }, 'yes'],
    ['with another service', { alertname: 'Down', service: 'b' }, { severity: 'info', service: 'a' }, 'no'],
    ['both without a service', { alertname: 'Down' }, { severity: 'info' }, 'yes'],
    ['of another source', { alertname: 'Up', service: 'a' }, { severity: 'info', service: 'a' }, 'no'],
    ['of another target', { alertname: 'Down', service: 'a' }, { severity: 'page', service: 'a' }, 'no'],
  ] as const)('of alerts %s', (_, source, target, expected) => {
    expect(inhibits(DOWN, exactLabels(source), exactLabels(target))).toBe(expected)
  })

  it('may hold where labels are not known', () => {
    const source = withValues(exactLabels({ alertname: 'Down' }), 'service', ANY_VALUE)
    expect(inhibits(DOWN, source, exactLabels({ severity: 'info', service: 'a' }))).toBe('maybe')
    expect(inhibits(DOWN, exactLabels({ alertname: 'Down' }), atLeast({}))).toBe('maybe')
  })

  it('does not hold between two alerts that fit both of its sides', () => {
    const both = ruleOf('{ source_matchers: [a=1], target_matchers: [b=1] }')
    expect(inhibits(both, exactLabels({ a: '1', b: '1' }), exactLabels({ a: '1', b: '1' }))).toBe('no')
    expect(inhibits(both, exactLabels({ a: '1' }), exactLabels({ a: '1', b: '1' }))).toBe('yes')
  })
})
