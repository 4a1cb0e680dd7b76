import { beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { forMsOf } from '../../src/stack/alerts/alert.ts'
import { alerts } from '../../src/stack/alerts/alerts.ts'
import { type Profile, profiles } from '../../src/stack/profile.ts'
import { renderRules } from '../../src/stack/render/rules.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { type Expected, promtoolTests, type RuleCases } from './case.ts'
import { platformCases } from './cases/platform.ts'
import { falseAlarms, requestCases } from './cases/requests.ts'
import { serviceCases } from './cases/services.ts'
import { storeCases } from './cases/stores.ts'
import { programOf, runOn } from './tools.ts'

const cases: Record<string, RuleCases> = { ...serviceCases, ...requestCases, ...storeCases, ...platformCases }

/** An alert's name; where several rules have it, with the label that separates them. */
const named = alerts.map((definition) => {
  const { alert, labels = {} } = definition
  const alone = alerts.filter((one) => one.alert === alert).length === 1
  return { name: alone ? alert : [alert, labels.reason ?? labels.service ?? []].flat().join(' '), definition }
})

let promtool: string
beforeAll(async () => {
  promtool = (await programOf('prometheus', 'promtool')).path
}, 300_000)

async function check(profile: Profile, expected: readonly Expected[]) {
  const files = {
    'rules.yml': renderRules(profile, defaultSettings),
    'test.yml': stringify(promtoolTests(profile, expected)),
  }
  const { exitCode, output } = await runOn(promtool, files, () => ['test', 'rules', 'test.yml'])
  expect(exitCode, output).toBe(0)
}

/** Selects one of several rules of the same name by its own labels. */
const selectorOf = (labels: Readonly<Record<string, string>> = {}) =>
  Object.entries(labels)
    .map(([label, value]) => `,${label}="${value}"`)
    .join('')

describe('every shipped alert', () => {
  it('has a case that fires and one that does not, and no case is without its alert', () => {
    expect(Object.keys(cases).sort()).toEqual(named.map(({ name }) => name).sort())
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length)
  })
})

describe.each([profiles.production, profiles.lab])('on the clock of profile $name', (profile) => {
  it.each(named)('$name fires above its threshold, and is quiet just below', async ({ name, definition }) => {
    const { alert, severity, labels } = definition
    const { fires, quiet } = cases[name] as RuleCases
    const selector = selectorOf(labels)
    await check(profile, [
      { ruleCase: fires, alert, selector, firing: [{ ...fires.labels, severity, ...labels }] },
      ...(quiet === 'never' ? [] : [{ ruleCase: quiet, alert, selector, firing: [] }]),
    ])
  })

  it('raises no false alarm for a handful, a burst, a stream or a probe', () =>
    check(
      profile,
      falseAlarms.map(({ alert, series, atMs }) => ({ ruleCase: { series, atMs }, alert, selector: '', firing: [] })),
    ))
})

describe('promtool', () => {
  it('reports an alert that fires and must not, and one that must fire and does not', async () => {
    const { fires, quiet } = requestCases.HighErrorRate
    const firing = [{ severity: 'warning', service: 'store' }]
    const about = { alert: 'HighErrorRate', selector: '' }
    for (const wrong of [
      { ...about, ruleCase: fires, firing: [] },
      { ...about, ruleCase: quiet, firing },
    ]) {
      await expect(check(profiles.production, [wrong])).rejects.toThrow('HighErrorRate')
    }
  })
})

describe('alert definitions', () => {
  it.each(named)('$name says what it is, without a full stop in the summary', ({ definition }) => {
    expect(definition.summary).toMatch(/^[A-Z{].*[^.]$/)
    expect(definition.description).toMatch(/\.$/)
    expect(forMsOf(definition, profiles.lab)).toBe(
      Math.round(forMsOf(definition, profiles.production) / profiles.lab.factor),
    )
  })
})
