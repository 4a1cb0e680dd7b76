import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { FiredrillError, messageOf } from '../../src/base/errors.ts'
import { readInjection } from '../../src/cli/arguments/fault-arguments.ts'
import { lists } from '../../src/cli/arguments/lists.ts'
import { type LoadFlags, readLoadFlags } from '../../src/cli/arguments/load-options.ts'
import { readSettings } from '../../src/cli/arguments/read-settings.ts'
import { readReportTargets } from '../../src/cli/arguments/report-targets.ts'
import { commands } from '../../src/cli/commands.ts'
import { allCommands, buildProgram } from '../../src/cli/program.ts'
import { checkSettings } from '../../src/drills/file/check-settings.ts'
import { readDrill } from '../../src/drills/file/drill-file.ts'
import { locateDrills } from '../../src/drills/file/locate-drills.ts'
import { faults } from '../../src/faults/faults.ts'
import { namesOf } from '../../src/foreign/file/foreign-names.ts'
import { readSystem } from '../../src/foreign/file/system-file.ts'
import { journeys } from '../../src/load/journey/journeys.ts'
import { readThresholds } from '../../src/load/result/thresholds.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'
import { allExamples, type Example, examplesOf, root, shellCommands } from './shell-examples.ts'

/** What a reader puts in: a name in capitals. */
const isPlaceholder = (word: string) =>
  /^(\[.*\]|[A-Z][A-Z_]*)$/.test(word) || /\b(BEFORE|AFTER|FILE|FOLDER)\b/.test(word) || OF_UP.test(word)
/** What `firedrill up` writes. */
const OF_UP = /^\.firedrill\/kubernetes\//
/** What the text around an example has the reader make first. */
const MADE_BY_THE_READER = ['every-nth', './checkout.ts', 'my-slos/', 'old.json', 'drills/first.yaml']
/** Programs that are not ours. What they are given is theirs. */
const OTHERS = [
  'git',
  'cd',
  'export',
  'ln',
  'curl',
  'cat',
  'kill',
  'docker',
  'kubectl',
  'bash',
  'env',
  'base64',
  'node',
  'promtool',
  'amtool',
  'psql',
  'df',
  'du',
  'apt-get',
  'rm',
  'cp',
  'jq',
]

const parts = describeStack(profiles.lab).parts.map(({ name }) => name)

/** What is wrong with one command of an example; empty when it can be typed. */
async function problemsOf([program = '', ...words]: readonly string[], folder: string): Promise<string[]> {
  if (program === 'npm') return npmProblems(words, folder)
  if (program === 'docker' && words.slice(0, 2).join(' ') === 'compose exec') return problemsOf(words.slice(3), folder)
  if (OTHERS.includes(program)) return []
  if (!/^(bin\/)?firedrill$/.test(program)) return [`${program} is no program that is known here`]
  try {
    await check(
      words.map((word) => word.replace(/^\[|\]$/g, '')),
      join(root, folder),
    )
    return []
  } catch (error) {
    return [error instanceof FiredrillError ? error.format() : messageOf(error)]
  }
}

function npmProblems([verb = '', ...words]: readonly string[], folder: string): string[] {
  if (['install', 'ci'].includes(verb)) return []
  const { scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const script = verb === 'run' ? (words[0] ?? '') : verb
  return Object.hasOwn(scripts, script) ? [] : [`npm has no script ${script} in ${folder}`]
}

/** Parses it as the program does, and looks at what it names. */
async function check(words: readonly string[], folder: string): Promise<void> {
  const program = await buildProgram(new AbortController().signal, commands)
  let parsed: { path: string; args: string[]; options: Record<string, unknown> } | undefined
  for (const command of allCommands(program)) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    // One that only has others below it shows its help.
    if (command.commands.length > 0 && !['incidents', 'maintenance', 'load'].includes(command.name())) continue
    command.action((...given: unknown[]) => {
      const own = given.at(-1) as Command
      parsed = { path: pathOf(own), args: own.args, options: own.opts() }
    })
  }
  try {
    await program.parseAsync(['node', 'firedrill', ...words])
  } catch (error) {
    const isHelp = (error as { exitCode?: number }).exitCode === 0
    // `firedrill fault` names a command and shows what is below it.
    if (isHelp || (words.length === 1 && Object.hasOwn(commands, words[0] ?? ''))) return
    throw error
  }
  if (parsed !== undefined) await checkNames(parsed, folder)
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim()
}

async function checkNames(
  { path, args, options }: { path: string; args: string[]; options: Record<string, unknown> },
  folder: string,
): Promise<void> {
  const given = args.filter((arg) => !isPlaceholder(arg) && !MADE_BY_THE_READER.includes(arg))
  const known = (names: readonly string[], all = given) => expect(names).toEqual(expect.arrayContaining([...all]))
  for (const file of [options.system, options.ca].filter((one) => typeof one === 'string' && !isPlaceholder(one)))
    expect(existsSync(join(folder, file as string)) || file === 'firedrill.yaml', `${file} is there`).toBe(true)
  if (path === 'run') await checkRun(given, options, folder)
  else if (path === 'fault inject' && given.length > 0) {
    readInjection(given[0] ?? '', options as Parameters<typeof readInjection>[1])
    known(parts, [String(options.target).replace(/-\d+$/, '')])
  } else if (path === 'fault list') known(Object.keys(faults))
  else if (path === 'logs')
    known(
      [...parts, 'control'],
      given.map((one) => one.replace(/-\d+$/, '')),
    )
  else if (path === 'ls') known(Object.keys(lists))
  else if (path === 'open') known([...parts, 'console'])
  else if (path === 'load') {
    const flags = options as unknown as LoadFlags
    readLoadFlags(flags)
    readThresholds(flags.threshold)
    if (!MADE_BY_THE_READER.includes(flags.journey) && !Object.hasOwn(journeys, flags.journey))
      expect(existsSync(join(folder, flags.journey)), `${flags.journey} is there`).toBe(true)
  }
}

/** The files that a shell would put in for a path, with `*.yaml` at its end or without. */
function filesAt(path: string, folder: string): string[] {
  if (!path.endsWith('/*.yaml')) return existsSync(join(folder, path)) ? [path] : []
  const names = readdirSync(join(folder, dirname(path))).filter((name) => name.endsWith('.yaml'))
  return names.map((name) => join(dirname(path), name))
}

async function checkRun(given: readonly string[], options: Record<string, unknown>, folder: string): Promise<void> {
  readReportTargets(options.report as string[], false)
  const foreign = options.system !== undefined
  // A description is never taken silently.
  if (existsSync(join(folder, 'firedrill.yaml'))) expect(options.system, 'the system is named').toBeDefined()
  const home = foreign ? join(root, 'examples/express-shop') : folder
  const set = readSettings(options.set as string[])
  const names = given.flatMap((one) => {
    if (!one.includes('/')) return [one]
    const found = filesAt(one, home)
    expect(found, `${one} is there`).not.toEqual([])
    return found.map((file) => join(home, file))
  })
  const system = foreign ? namesOf(await readSystem(join(home, 'firedrill.yaml'))) : {}
  const drills = await Promise.all(locateDrills(names).map((file) => readDrill(file, { set, ...system })))
  if (names.length > 0) checkSettings(set, drills)
}

describe('a line of shell', () => {
  it.each([
    ['firedrill up --detach         # in the background', [['firedrill', 'up', '--detach']]],
    [
      'cd examples/x && npm install',
      [
        ['cd', 'examples/x'],
        ['npm', 'install'],
      ],
    ],
    ["firedrill load --threshold 'p95<200ms'", [['firedrill', 'load', '--threshold', 'p95<200ms']]],
    ["cat > a.json <<'JSON'", [['cat']]],
    ['PROXY_CONFIG=a.json firedrill serve proxy', [['firedrill', 'serve', 'proxy']]],
    [
      'curl -s -H "Authorization: Bearer $(cat x y)" http://a | jq .',
      [
        ['curl', '-s', '-H', 'Authorization: Bearer $(cat x y)', 'http://a'],
        ['jq', '.'],
      ],
    ],
  ])('%s', (line, expected) => {
    expect(shellCommands(line)).toEqual(expected)
  })
})

describe('the examples of README, docs and --help', () => {
  it('are found: blocks, prompts, commands in a sentence and in a help text', () => {
    const text =
      '```sh\nfiredrill up\ncurl -X \\\n  POST a\n```\nSee `firedrill status`.\n```\n$ firedrill system check\n✔ x\n  firedrill run a   break it\n```\n'
    expect(examplesOf('a.md', text).map(({ line }) => line)).toEqual([
      'firedrill up',
      'curl -X   POST a',
      'firedrill status',
      'firedrill system check',
      'firedrill run a',
    ])
    expect(allExamples().length).toBeGreaterThan(150)
  })

  it('name commands, options, drills, faults, parameters, journeys and files that there are', async () => {
    const wrong: string[] = []
    const seen = new Set<string>()
    for (const example of allExamples()) {
      for (const words of example.commands) {
        const key = `${example.folder} ${words.join(' ')}`
        if (seen.has(key)) continue
        seen.add(key)
        for (const problem of await problemsOf(words, example.folder))
          wrong.push(`${describeExample(example)}\n${problem}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it.each([
    ['an unknown command', 'firedrill stauts', 'did you mean status'],
    ['an unknown option', 'firedrill run store-crash --dryrun', 'did you mean --dry-run'],
    ['an unknown drill', 'firedrill run stroe-crash', 'did you mean store-crash'],
    ['a drill that is not there', 'firedrill run drills/nothing.yaml', 'is there'],
    ['an unknown parameter of a drill', 'firedrill run cpu-stress --set users=50', 'unknown parameter "users"'],
    ['an unknown fault', 'firedrill fault inject lat --target store', 'did you mean latency'],
    [
      'an unknown parameter of a fault',
      'firedrill fault inject latency --target store --param dely=1s',
      'did you mean delay',
    ],
    ['an unknown part', 'firedrill fault inject latency --target stoer', 'stoer'],
    ['a journey that is not there', 'firedrill load --journey nothing.ts', 'is there'],
    ['a script that is not there', 'npm run nothing', 'no script nothing'],
    ['a program that nobody knows', 'frobnicate', 'no program'],
  ])('would be refused with %s', async (_, line, expected) => {
    const [words = []] = shellCommands(line)
    expect((await problemsOf(words, '.')).join('\n')).toContain(expected)
  })
})

function describeExample({ where, line }: Example): string {
  return `${where}: ${line}`
}
