import { describe, expect, it } from 'vitest'
import { exactLabels } from '../../routing/possible-labels.ts'
import { routingOf } from '../../routing/test-routing.ts'
import { inhibitorsAmong } from './inhibitors.ts'

const alert = (name: string, labels: Record<string, string>) => ({
  name,
  sets: [exactLabels({ alertname: name, ...labels })],
})
const { inhibitions } = routingOf(
  'route: { receiver: a }',
  'inhibit_rules: [{ source_matchers: [severity=page], target_matchers: [severity=ticket], equal: [team] }]',
)

describe('the alerts that hold back another one', () => {
  it('are named, those alone that can', () => {
    const rules = [
      alert('Down', { severity: 'page', team: 'a' }),
      alert('Gone', { severity: 'page', team: 'b' }),
      alert('Slow', { severity: 'ticket', team: 'a' }),
    ]
    const inhibitors = inhibitorsAmong(rules, { inhibitions })
    expect(rules.map(inhibitors)).toEqual([[], [], ['Down']])
  })

  it('are written as the matchers of the rule where they are many', () => {
    const many = Array.from({ length: 6 }, (_, index) => alert(`A${index}`, { severity: 'page' }))
    const slow = alert('Slow', { severity: 'ticket' })
    expect(inhibitorsAmong([...many, slow], { inhibitions })(slow)).toEqual(['{severity="page"}'])
  })
})
