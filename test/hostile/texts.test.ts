import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SaxesParser } from 'saxes'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FiredrillError } from '../../src/base/errors.ts'
import { readJournal } from '../../src/drills/journal/read-journal.ts'
import { heldJournal } from '../../src/drills/journal/test-journal.ts'
import { reporters } from '../../src/reporters/reporters.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'
import { counted } from './attacked.ts'

let folder: FiredrillFolder
let files: string
beforeAll(async () => {
  folder = await FiredrillFolder.create()
  files = await mkdtemp(join(tmpdir(), 'fd-hostile-files-'))
})
afterAll(async () => {
  await rm(folder.path, { recursive: true, force: true })
  await rm(files, { recursive: true, force: true })
})

const marker = () => join(files, 'executed')
const nested = (depth: number) => `title: ${'['.repeat(depth)}${']'.repeat(depth)}\n`
/** Nine levels of nine: 387 million words, were every alias written out. */
const LAUGHS = Array.from(
  { length: 9 },
  (_, level) =>
    `l${level}: &l${level} [${Array(9)
      .fill(level === 0 ? 'lol' : `*l${level - 1}`)
      .join(', ')}]`,
).join('\n')
const YAML: Record<string, () => string> = {
  'aliases of aliases': () => `${LAUGHS}\ntitle: *l8\n`,
  'an anchor within itself': () => 'method: &m [*m]\n',
  'a merge of itself': () => 'a: &a { <<: *a }\n',
  'a tag of JavaScript': () => `title: !!js/function 'require("fs").writeFileSync("${marker()}","")'\n`,
  'a tag of Python': () => `title: !!python/object/apply:os.system ["touch ${marker()}"]\n`,
  'an unknown tag': () => 'title: !<tag:evil.example,2026:x> y\n',
  'two equal keys': () => 'title: a\ntitle: b\n',
  __proto__: () => '__proto__: { polluted: true }\ntitle: x\n',
  depth: () => nested(5_000),
  'a NUL': () => 'title: "a\0b"\n',
  'bytes that are no text': () => Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x00]).toString('latin1'),
  'many documents': () => '---\ntitle: a\n'.repeat(100),
  'a shell in its title': () => `title: $(touch ${marker()}) \`touch ${marker()}\`\n`,
  emptiness: () => '',
  'five megabytes of text': () => `title: ${'x'.repeat(5_000_000)}\n`,
}
const COMMANDS = [['run', '--dry-run'], ['lint'], ['slo', 'check'], ['system', 'check', '--system']]

describe('a file of a stranger', () => {
  it('is refused as what it is: nothing is executed, nothing runs without end', { timeout: 300_000 }, async () => {
    const wrong: string[] = []
    for (const [index, [name, text]] of Object.entries(YAML).entries()) {
      const file = join(files, `${index}.yaml`)
      await writeFile(file, text(), 'latin1')
      for (const command of COMMANDS) {
        const { exitCode, all, timedOut } = await folder.run([...command, file], { timeout: 60_000 })
        // In a file without rules lint finds nothing.
        const taken = exitCode === 0 && command[0] !== 'lint'
        if (timedOut || taken || String(all).includes('FD_INTERNAL'))
          wrong.push(`${name}, ${command.join(' ')}: ${timedOut ? 'no end' : exitCode} ${String(all).slice(0, 200)}`)
      }
    }
    expect(existsSync(marker())).toBe(false)
    expect(wrong).toEqual([])
    counted(
      'YAML: bombs, tags, anchors, NUL, binary, 5 MB',
      Object.keys(YAML).length * COMMANDS.length,
      'refused, nothing executed',
    )
  })
})

/** What leaves a text for markup, an attribute, a script, CDATA, a comment, a terminal, a link or a line of its own. */
const HOSTILE = [
  '<script>x()</script>',
  '"><img src=x onerror=x()>',
  "' onmouseover='x()",
  ']]>&bogus;<!--\u001b[2J\u0000\u202e',
  'javascript:x()',
  '[a](javascript:x)|`\n# b',
]

describe('the reports', () => {
  it('let no tag, handler or link in, and stay well-formed, with hostile text in any one place', () => {
    let rendered = 0
    let refused = 0
    const allowed = tagsOf(reporters.html.render([heldJournal()]))
    for (const [path, text] of stringsOf(heldJournal()).flatMap((path) =>
      HOSTILE.map((text) => [path, text] as const),
    )) {
      const journal: unknown = JSON.parse(JSON.stringify(heldJournal()))
      put(journal, path, text)
      let read: ReturnType<typeof readJournal>
      try {
        read = readJournal(JSON.stringify(journal), 'journal.json')
      } catch (error) {
        if (!(error instanceof FiredrillError)) throw error
        refused += 1
        continue
      }
      const page = reporters.html.render([read])
      const where = `${path.join('.')} = ${text}`
      expect(
        [...tagsOf(page)].filter((tag) => !allowed.has(tag)),
        where,
      ).toEqual([])
      const parser = new SaxesParser()
      parser.on('error', (error) => {
        throw new Error(`${where}: ${error.message}`)
      })
      parser.write(reporters.junit.render([read])).close()
      rendered += 1
    }
    expect(rendered).toBeGreaterThan(400)
    counted(
      'hostile text in every string of a journal: HTML, JUnit',
      rendered + refused,
      `${rendered} rendered without a foreign tag, ${refused} refused`,
    )
  })
})

/** Each element with the names of its attributes: what a text could have added. */
function tagsOf(page: string): Set<string> {
  const tags = page.match(/<[a-z!?/](?:"[^"]*"|'[^']*'|[^'">])*>/gi) ?? []
  return new Set(tags.map((tag) => tag.replaceAll(/"[^"]*"|'[^']*'/g, '').replaceAll(/\s+/g, ' ')))
}

type Path = (string | number)[]

function stringsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => stringsOf(one, [...path, key]))
}

function put(value: unknown, path: Path, text: string): void {
  const last = path.at(-1) ?? ''
  let at = value as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>
  at[last] = text
}
