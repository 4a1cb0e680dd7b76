import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type ToxicType, toxicDefinition, toxics } from './toxics/toxics.ts'

const START = '<!-- toxics: generated, npm run golden refreshes -->\n'
const END = '<!-- end of toxics -->'

interface Attribute {
  description: string
  default: number
  minimum: number
  maximum: number
}

function render(): string {
  const rows = (Object.keys(toxics) as ToxicType[]).flatMap((type) => {
    const { summary, attributes } = toxicDefinition(type)
    const entries = Object.entries(attributes.properties) as unknown as [string, Attribute][]
    if (entries.length === 0) return [`| \`${type}\` | ${summary} | | | |`]
    return entries.map(([name, { description, default: usual, minimum, maximum }], index) => {
      const first = index === 0 ? `| \`${type}\` | ${summary}` : '| |'
      return `${first} | \`${name}\` | ${description} | ${usual} (${minimum}–${maximum}) |`
    })
  })
  return `${START}\n| type | what it does | attribute | meaning | default (bounds) |\n|---|---|---|---|---|\n${rows.join('\n')}\n\n${END}`
}

describe('docs/proxy.md', () => {
  it('lists every toxic with its attributes (npm run golden refreshes)', async () => {
    const path = new URL('../../docs/proxy.md', import.meta.url)
    const text = await readFile(path, 'utf8')
    const [before = '', rest = ''] = text.split(START)
    const [, after = ''] = rest.split(END)
    await expect(`${before}${render()}${after}`).toMatchFileSnapshot('../../docs/proxy.md')
  })
})
