import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A command that a text shows, as a person would type it. */
export interface Example {
  /** `docs/load.md:6` */
  where: string
  /** The line, without its comment. */
  line: string
  /** The programs that it starts, each with its arguments; quotes are taken away, and nothing is put in for a variable. */
  commands: string[][]
  /** In which folder it is typed. */
  folder: string
}

/** Every command line in the README, the docs, the examples and what --help says. Decisions are about the past. */
export function allExamples(): Example[] {
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  return files
    .split('\n')
    .filter((file) => file !== '' && !/^(docs\/decisions\/|CHANGELOG)/.test(file))
    .flatMap((file) => examplesOf(file, readFileSync(join(root, file), 'utf8')))
}

/** The command lines of one Markdown text: blocks of shell; unless those are all, also prompts, commands in a sentence and in --help. */
export function examplesOf(file: string, text: string, { blocksOnly = false } = {}): Example[] {
  const folder = /^examples\/|foreign-systems/.test(file) ? 'examples/express-shop' : '.'
  const found: Example[] = []
  const add = (index: number, line: string) => {
    const commands = shellCommands(line)
    if (commands.length > 0)
      found.push({ where: `${file}:${index + 1}`, line: line.replace(/\s+#.*$/, ''), commands, folder })
  }
  let block: string | undefined
  let hereEnd: string | undefined
  let begun: { index: number; text: string } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line)
    if (fence !== null) {
      block = block === undefined ? (fence[1] ?? '') : undefined
      continue
    }
    if (hereEnd !== undefined) {
      if (line === hereEnd) hereEnd = undefined
      continue
    }
    if (block === 'sh') {
      const whole = `${begun?.text ?? ''}${line.replace(/\\$/, '')}`
      const from = begun?.index ?? index
      begun = line.endsWith('\\') ? { index: from, text: whole } : undefined
      if (begun !== undefined) continue
      hereEnd = /<<'?(\w+)'?/.exec(whole)?.[1]
      add(from, whole)
    } else if (blocksOnly) continue
    else if (block !== undefined) {
      const prompt = /^\$ (.*)$/.exec(line)?.[1] ?? (/^\s+(?:X=\S+ )?(firedrill .*)$/.exec(line) ?? [])[1]
      // Of two columns the second explains the first.
      if (prompt !== undefined) add(index, prompt.replace(/ {3,}.*$/, ''))
    } else {
      for (const [, code = ''] of line.matchAll(/`((?:[A-Z_]+=\S+ )?firedrill [^`]+)`/g)) add(index, code)
    }
  }
  return found
}

/** The commands of a line of shell: between `&&`, `|` and `;`, without comments, assignments before them and redirections. */
export function shellCommands(line: string): string[][] {
  const commands: string[][] = [[]]
  // Quoted texts, then operators, then words; what is in $( ) stays with its word.
  const tokens =
    line.match(/#.*$|&&|\|\||[|;]|(?:"(?:\\.|\$\([^)]*\)|[^"])*"|'[^']*'|\\.|\$\([^)]*\)|<[a-z ]+>|[^\s"';|])+/g) ?? []
  for (const token of tokens) {
    const words = commands.at(-1) as string[]
    if (token.startsWith('#')) break
    if (/^(&&|\|\||[|;])$/.test(token)) commands.push([])
    else if (words.length === 0 && /^[A-Z_]+=/.test(token)) continue
    else words.push(token.replaceAll(/"((?:\\.|[^"])*)"|'([^']*)'/g, (_, double, single) => double ?? single))
  }
  return commands.map(withoutRedirections).filter((words) => words.length > 0)
}

function withoutRedirections(words: readonly string[]): string[] {
  const end = words.findIndex((word) => /^\d?[<>]/.test(word) && !/^<[a-z ]+>$/.test(word))
  return end < 0 ? [...words] : words.slice(0, end)
}
