import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parseYamlSource } from '../../../base/yaml/yaml-source.ts'
import { journalSchema } from '../../journal/journal.ts'
import { publishedDrillSchema } from './published-schema.ts'

const folder = fileURLToPath(new URL('../../../../drills/', import.meta.url))
const validate = new Ajv2020({ strict: false, formats: { regex: true } }).compile(publishedDrillSchema())

describe('docs/schema/drill.schema.json', () => {
  it('is the form that drills are held against (npm run golden refreshes)', async () => {
    await expect(`${JSON.stringify(publishedDrillSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schema/drill.schema.json',
    )
  })

  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('accepts %s, which names it', (name) => {
    const text = readFileSync(`${folder}${name}`, 'utf8')
    validate(parseYamlSource(text).value)
    expect(validate.errors).toBeNull()
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../docs/schema/drill.schema.json')
  })

  it('takes a placeholder where a number or a duration stands, and refuses a slip', () => {
    const drill = (users: unknown, at: string) => ({
      title: 'T',
      why: 'W',
      steadyState: [{ metric: 'up', is: '== 1' }],
      load: { journey: 'browse', users, spawnRate: 1 },
      method: [{ at, fault: 'kill', target: 'store' }],
      expectations: [{ steady: true, within: '1s' }],
    })
    const placeholder = ['$', '{users}'].join('')
    expect(validate(drill(placeholder, placeholder))).toBe(true)
    expect(validate(drill('many', '1s'))).toBe(false)
    expect(validate(drill(1, '1 s'))).toBe(false)
  })
})

describe('docs/schema/journal.schema.json', () => {
  it('is the form of journals (npm run golden refreshes)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...journalSchema }
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(
      '../../../../docs/schema/journal.schema.json',
    )
  })
})
