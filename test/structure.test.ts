import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, normalize, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Files of one folder that a reader can take in at a glance. */
const MOST_FILES = 15

/** Lines of a file, and how many files may be longer: tables of data. */
const MOST_LINES = 300

interface Source {
  file: string
  text: string
}

const sources: Source[] = ['src', 'console/src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^test-|\.d\.ts$/.test(name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ file: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') })),
)

describe('the files of src/ and of the console', () => {
  it('stand in folders that show few of them at once', () => {
    const counts = new Map<string, number>()
    for (const { file } of sources) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    const crowded = [...counts].filter(([, files]) => files > MOST_FILES).map(([folder]) => folder)
    expect(counts.size).toBeGreaterThan(50)
    expect(crowded).toEqual([])
  })

  it('import each other in no circle, types included', () => {
    const circles = circlesOf(importsOf(sources))
    expect(circles).toEqual([])
  })

  it('are short, tables of data excepted', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > MOST_LINES + 1).map(({ file }) => file)
    expect(long.length / sources.length).toBeLessThan(0.01)
  })

  it('stand where programs outside of src/ import them from, as built files', () => {
    const programs = ['scripts', 'bin', 'deploy'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => /\.js$/.test(name))
        .map((name) => join(folder, name)),
    )
    const built = programs.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/'\.\.\/dist\/(src\/[^']+)\.js'/g)].map(
        ([, path]) => `${path}.ts`,
      ),
    )
    expect(built.length).toBeGreaterThan(4)
    expect(built.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('name modules that there are, also where a thread or a process loads them', () => {
    const loaded = sources.flatMap(({ file, text }) =>
      [
        ...text.matchAll(
          /new URL\([`'](\.[^`'$]+)(?:\$\{extname\(import\.meta\.url\)\}|\.js)[`'], import\.meta\.url\)/g,
        ),
      ].map(([, path = '']) => ({ file, module: join(dirname(file), `${path}.ts`) })),
    )
    expect(loaded.length).toBeGreaterThan(3)
    expect(loaded.filter(({ module }) => !existsSync(join(root, module)))).toEqual([])
  })

  it('open with what they are named for, or with a comment that says what they are', () => {
    const wrong = sources
      .filter(({ file }) => file.startsWith('src/'))
      .flatMap(({ file, text }) => whyNoOpening(file, text))
    expect(wrong).toEqual([])
  })
})

describe('these checks', () => {
  it('find a circle of three files, and leave files beside it alone', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['c', ['a']],
      ['d', []],
      ['e', ['a']],
    ])
    expect(circlesOf(imports)).toEqual([['a', 'b', 'c']])
  })

  it.each([
    ['its main export', "import { x } from './x.ts'\n\n/** Does it. */\nexport function doIt() {}\n", []],
    ['a default export', 'export default defineThing({})\n', []],
    ['a comment of its own', '/** What this is. */\n\nconst A = 1\nexport function doIt() {}\n', []],
    ['a comment before its imports', "/** What this is. */\n\nimport { x } from './x.ts'\nconst A = 1\n", []],
    ['a constant', 'const A = 1\nexport function doIt() {}\n', ['src/x/do-it.ts opens with: const A = 1']],
    [
      'a helper type',
      'export interface Options {}\nexport function doIt() {}\n',
      ['src/x/do-it.ts opens with Options, not with doIt'],
    ],
    ['what it re-exports', "export { doIt } from './other.ts'\n", []],
  ])('know a file that opens with %s', (_, text, wrong) => {
    expect(whyNoOpening('src/x/do-it.ts', text)).toEqual(wrong)
  })
})

/** Each file with the files that it imports, also for their types alone. */
function importsOf(files: readonly Source[]): Map<string, string[]> {
  const known = new Set(files.map(({ file }) => file))
  return new Map(
    files.map(({ file, text }) => {
      const targets = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) =>
        normalize(join(dirname(file), specifier))
          .split(sep)
          .join('/'),
      )
      return [file, targets.filter((target) => known.has(target))]
    }),
  )
}

/** Groups of files of which each reaches every other: the strongly connected components, by Tarjan's algorithm. */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const stack: string[] = []
  const circles: string[][] = []
  const visit = (file: string) => {
    order.set(file, order.size)
    lowest.set(file, order.size - 1)
    stack.push(file)
    for (const target of imports.get(file) ?? []) {
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(target) ?? 0))
      }
    }
    if (lowest.get(file) !== order.get(file)) return
    const circle = stack.splice(stack.indexOf(file))
    if (circle.length > 1) circles.push(circle.sort())
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file)
  return circles
}

/** What is wrong with the first statement of a file after its imports; nothing is wrong with a comment that stands alone. */
function whyNoOpening(file: string, text: string): string[] {
  const comment = /^(?:\/\*\*[\s\S]*?\*\/\n|(?:\/\/.*\n)+)/
  const start = text.replace(/^#!.*\n/, '')
  const imports = /^(?:import\b[^']*'[^']+'(?: with \{[^}]*\})?\n|\n)*/
  const body = start.replace(imports, '')
  const first = body.replace(comment, '')
  const standsAlone = (before: string) => new RegExp(`${comment.source}\\n`).test(before)
  if (standsAlone(start) || standsAlone(body) || first === '') return []
  if (/^export (?:default|\*|\{|type \{)/.test(first)) return []
  const nameOf = /^export (?:async |abstract |declare )*(?:function\*?|const|class|interface|type|enum) ([\w$]+)/
  const opening = nameOf.exec(first)?.[1]
  if (opening === undefined) return [`${file} opens with: ${first.split('\n')[0]}`]
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const main = [...body.matchAll(new RegExp(nameOf.source, 'gm'))]
    .map(([, name = '']) => name)
    .find((name) => plain(name) === plain(basename(file).replace(/\.tsx?$/, '')))
  return main === undefined || main === opening ? [] : [`${file} opens with ${opening}, not with ${main}`]
}
