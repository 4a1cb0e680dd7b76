import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { faults } from '../src/faults/faults.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const names = Object.keys(faults)
/** The one table of what each fault may do in a cluster: a Role is made of it. */
const RIGHTS = 'src/foreign/kubernetes/access/permissions.ts'
/** Where a person is led to a fault by its name, as a drill file does it. */
const FOR_PEOPLE: readonly string[] = [
  "console/src/overview/next-steps.tsx: fault: 'latency'",
  "console/src/part/replica-actions.tsx: fault: 'kill'",
]
const files = ['src', 'console/src'].flatMap((folder) => sourcesIn(join(root, folder)))

describe('a fault', () => {
  it('has a file and a test of its name, and a place in the map', () => {
    const there = readdirSync(join(root, 'src/faults'), { recursive: true }).map((path) =>
      String(path).split('/').at(-1),
    )
    expect(names).toEqual(Object.values(faults).map(({ name }) => name))
    const wanted = names.flatMap((name) => [`${name}.ts`, `${name}.test.ts`])
    expect(wanted.filter((file) => !there.includes(file))).toEqual([])
  })

  it('is imported by the map and by its test only', () => {
    const modules = names.map((name) => `/${name}.ts'`)
    const importers = files
      .filter(({ path }) => path !== 'src/faults/faults.ts')
      .filter(({ text }) => (text.match(/from '[^']*faults\/[^']*'/g) ?? []).some((from) => ends(from, modules)))
    expect(importers.map(({ path }) => path)).toEqual([])
  })

  it('is named by nothing but its own file, its test, the map, and what leads people to it', () => {
    const mentions = files
      .filter(({ path }) => path !== RIGHTS)
      .flatMap(({ path, text }) => mentionsIn(text).map((mention) => `${path}: ${mention}`))
    expect(mentions).toEqual(FOR_PEOPLE)
  })

  it.each([
    ["fault !== 'stop'", true],
    ["'pause' === step.fault", true],
    ["{ fault: 'kill', service }", true],
    ["definition.name === 'scale'", true],
    ["['network-down', 'x']", true],
    ["engine.act('pause', id)", false],
    ["action === 'restart'", false],
  ])('is found by this test in: %s', (text, isFound) => {
    expect(mentionsIn(text).length > 0).toBe(isFound)
  })
})

/** Where code names a fault: a name that is no word of English wherever it stands, any other one where a fault is compared. */
function mentionsIn(code: string): string[] {
  const compound = names.filter((name) => name.includes('-')).join('|')
  const any = names.join('|')
  const subject = String.raw`(?:\w*[fF]ault\w*|definition)(?:\.name)?`
  const patterns = [
    `'(?:${compound})'`,
    String.raw`${subject}\)?\s*[!=]==\s*'(?:${any})'`,
    String.raw`'(?:${any})'\s*[!=]==\s*(?:\w+\.)*${subject}`,
    String.raw`\bfault:\s*'(?:${any})'`,
    String.raw`faults(?:\.(?:${any})\b|\['(?:${any})'\])`,
  ]
  return patterns.flatMap((pattern) => code.match(new RegExp(pattern, 'g')) ?? [])
}

function ends(from: string, modules: readonly string[]): boolean {
  return modules.some((module) => from.endsWith(module))
}

/** Code that runs: tests, and what only tests import, name faults as users do. */
function sourcesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$|^test-/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(root, path), text: withoutComments(readFileSync(path, 'utf8')) }))
    .filter(({ path }) => path !== 'src/faults/faults.ts' && !isOfFault(path))
}

function isOfFault(path: string): boolean {
  return path.startsWith('src/faults/') && names.some((name) => path.endsWith(`/${name}.ts`))
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}
