import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readObjectives } from '../../../src/slo/document/objective-file.ts'
import { objectiveRules } from '../../../src/slo/rules/rules.ts'
import { rulesYaml } from '../../../src/slo/rules/rules-yaml.ts'
import { profiles } from '../../../src/stack/profile.ts'

const text = readFileSync(fileURLToPath(new URL('./shop.yaml', import.meta.url)), 'utf8')
const [orders] = readObjectives([
  { file: 'shop.yaml', text: text.replace('slos:', 'x-firedrill: { counting: events }\nslos:').split('  - name: prices')[0] ?? '' },
])

describe('the rules of objectives', () => {
  const cases = {
    'production.yml': () => objectiveRules(readObjectives([{ file: 'shop.yaml', text }]), { clock: profiles.production }),
    'lab.yml': () => objectiveRules(readObjectives([{ file: 'shop.yaml', text }]), { clock: profiles.lab, absence: { annotations: {} } }),
    'counted-production.yml': () => objectiveRules(orders === undefined ? [] : [orders], { clock: profiles.production, absence: { annotations: {} } }),
    'counted-lab.yml': () => objectiveRules(orders === undefined ? [] : [orders], { clock: profiles.lab, absence: { annotations: {} } }),
  }

  it.each(Object.entries(cases))('%s is as committed (npm run golden refreshes)', async (file, groups) => {
    await expect(rulesYaml(groups())).toMatchFileSnapshot(`./${file}`)
  })

  it.each(Object.entries(cases))('%s reads back as what was written', (_file, groups) => {
    expect(parse(rulesYaml(groups()))).toEqual({ groups: groups() })
  })
})
