import { describe, expect, it } from 'vitest'
import { promDuration } from '../../base/units/duration.ts'
import { profiles } from '../profile.ts'
import { describeStack } from '../topology.ts'
import { clockOf, forMsOf } from './alert.ts'
import { alertGroups, alerts } from './alerts.ts'
import { seenOn } from './seen-on.ts'
import { watched } from './services.ts'

const { production, lab } = profiles

describe('the alerts', () => {
  it('all name the service that they are about, in a label of their own or by their expression', () => {
    for (const { alert, labels, expr } of alerts) {
      const text = expr(clockOf(production))
      const carried =
        /\bby \([^)]*service/.test(text) ||
        /"service", "\$1"/.test(text) ||
        !/\b(sum|count|avg|max|min) (by )?\(/.test(text)
      expect(labels?.service !== undefined || carried, alert).toBe(true)
    }
  })

  it('of one name are seen on one panel', () => {
    for (const { alert, seenOn: own } of alerts) expect(own, alert).toEqual(seenOn[alert])
  })

  it('miss every service, and the responder, that is gone from the lists of targets', () => {
    const { parts } = describeStack(lab)
    expect(parts.flatMap(({ name, kind }) => (/^(service|responder)$/.test(kind) ? [name] : []))).toEqual([...watched])
  })

  it('are docs/alerts.md (npm run golden refreshes)', async () => {
    const sections = alertGroups.map(({ name, every, alerts: ofGroup }) => {
      const rows = ofGroup.map((definition) => {
        const { alert, severity, labels, summary, expr } = definition
        const own = Object.entries(labels ?? {}).map(([label, value]) => `<br>\`${label}="${value}"\``)
        const holds = (profile: typeof production | typeof lab) => {
          const ms = forMsOf(definition, profile)
          return ms === 0 ? 'at once' : promDuration(ms)
        }
        return `| [${alert}](runbooks/${alert}.md)${own.join('')} | ${severity} | ${summary} | ${holds(production)} | ${holds(lab)} | \`${expr(clockOf(production)).replaceAll('|', '\\|')}\` |`
      })
      return `## ${name}

Evaluated every ${promDuration(production.timing[every])}, in the lab every ${promDuration(lab.timing[every])}.

| alert | severity | says | holds for | in the lab | expression, on production's clock |
|---|---|---|---|---|---|
${rows.join('\n')}
`
    })
    const text = `# Alerts

Every alert besides those of the objectives. Windows and \`for\` follow the profile's clock (the lab's is ${lab.factor} times faster); rates
per second, ratios and counts do not. Each has the labels \`severity\` and \`service\`, and \`instance\` where it is about one replica.

\`critical\` goes to the responder, to Slack and by e-mail, \`warning\` to the responder and to Slack, \`none\` to no person.

${sections.join('\n')}`
    await expect(text).toMatchFileSnapshot('../../../docs/alerts.md')
  })
})
