import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { actions } from '../src/drills/actions/actions.ts'
import { conditions } from '../src/drills/conditions/conditions.ts'
import { expectations } from '../src/drills/expectations/expectations.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const drills = join(root, 'src/drills')
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Each folder of kinds, with the names under which its map lists them, and those that they give themselves. */
const seams: [string, [string, string][]][] = [
  ['expectations', Object.entries(expectations).map(([key, { kind }]) => [key, kind])],
  ['conditions', Object.entries(conditions).map(([key, { kind }]) => [key, kind])],
  ['actions', Object.entries(actions).map(([key, { name }]) => [key, name])],
]
const code = readdirSync(drills, { recursive: true, withFileTypes: true })
  .filter(({ name }) => name.endsWith('.ts') && !/\.test\.ts$|^test-/.test(name))
  .map(({ parentPath, name }) => join(parentPath, name))
  .map((path) => ({ path: path.slice(drills.length + 1), text: readFileSync(path, 'utf8') }))

describe.each(seams)('each kind in drills/%s', (folder, kinds) => {
  it('has a file of its name with a test, and stands in the map under its name', () => {
    for (const [key, name] of kinds) {
      expect(name).toBe(key)
      expect(existsSync(join(drills, folder, `${kebab(key)}.ts`)), key).toBe(true)
      expect(existsSync(join(drills, folder, `${kebab(key)}.test.ts`)), key).toBe(true)
    }
  })

  it('is imported by the map only', () => {
    const modules = kinds.map(([key]) => `${kebab(key)}.ts`)
    const importers = code
      .filter(({ path }) => path !== `${folder}/${folder}.ts`)
      .filter(({ path, text }) =>
        modules.some((module) =>
          path.startsWith(`${folder}/`) ? text.includes(`'./${module}'`) : text.includes(`/${folder}/${module}'`),
        ),
      )
    expect(importers.map(({ path }) => path)).toEqual([])
  })
})

describe('code of drills', () => {
  it('asks an expectation for what it says, and never for its kind', () => {
    expect(code.length).toBeGreaterThan(80)
    expect(code.flatMap(({ path, text }) => questionsIn(text).map((question) => `${path}: ${question}`))).toEqual([])
  })

  it.each([
    ["drill.expectations.find((expectation) => expectation.kind === 'alert')", true],
    ["expectations.some(({ kind }) => kind === 'action')", true],
    ["results.filter(({ kind }) => kind !== 'budget')", true],
    ["case 'noOtherAlert':", true],
    ["step.action.name === 'scale'", true],
    ["if (step.kind === 'action') return step.action.text", false],
    ["probe.kind === 'metric'", false],
  ])('is found to ask in: %s', (text, asks) => {
    expect(questionsIn(text).length > 0).toBe(asks)
  })
})

/** Where code distinguishes expectations, conditions or actions by their names. Probes of the steady state and steps have kinds, too. */
function questionsIn(text: string): string[] {
  const kinds = Object.keys(expectations).join('|')
  const names = Object.keys(actions).join('|')
  const patterns = [
    String.raw`(?:expectation|condition|result)s?\.kind [!=]== '(?:${kinds})'`,
    String.raw`(?:expectations|results|expected)\.\w+\(\(\{ kind \}\) => kind [!=]== '(?:${kinds})'`,
    `'(?:budget|noOtherAlert|clearFaults)'(?:\\)|:| \\?)`,
    `[!=]== '(?:budget|noOtherAlert|clearFaults)'`,
    String.raw`action\.name [!=]== '(?:${names})'`,
  ]
  return patterns.flatMap((pattern) => text.match(new RegExp(pattern, 'g')) ?? [])
}
