import { statSync } from 'node:fs'
import { register } from 'node:module'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '../../base/errors.ts'
import { fileLimits, readUserFile } from '../../base/files/user-file.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { loadErrors } from '../errors.ts'
import { type AnyJourney, journeys } from './journeys.ts'
import { readThink } from './think.ts'

/** Finds, loads and checks a journey. */

let hooked = false

/**
 * Reads a journey that ships, by its name, or another one, by the path of its module (TypeScript or JavaScript, default export).
 * @throws FD_LOAD_JOURNEY with everything that is wrong with it
 */
export async function readJourney(nameOrPath: string): Promise<AnyJourney> {
  if (Object.hasOwn(journeys, nameOrPath)) return journeys[nameOrPath as keyof typeof journeys]
  const path = resolve(nameOrPath)
  const problem = whyNoModule(path)
  if (problem !== undefined) {
    const names = Object.keys(journeys)
    const isName = /^[\w-]+$/.test(nameOrPath)
    const near = isName ? didYouMean(nameOrPath, names) : undefined
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: isName ? `unknown journey "${nameOrPath}"` : `${problem}: ${nameOrPath}`,
      where: '--journey',
      expected: `one of ${names.join(', ')}, or the path of a module`,
      next: near ?? 'firedrill ls journeys',
    })
  }
  // Once a thread: the hooks strip types, and resolve "firedrill/load" from any folder.
  if (!hooked) register(new URL(`./journey-hooks${extname(import.meta.url)}`, import.meta.url))
  hooked = true
  let exported: unknown
  try {
    exported = ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  } catch (error) {
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: `the module cannot be loaded: ${messageOf(error)}`,
      where: placeOf(error, path) ?? (await placeOfSyntax(error, path)) ?? nameOrPath,
      cause: error,
    })
  }
  const problems = problemsOf(exported)
  if (problems.length > 0) {
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: problems.join('; '),
      where: nameOrPath,
      expected:
        'export default defineJourney({ summary, think: "50ms..150ms", tasks: [weight(1, async (user) => …)] })',
      next: 'docs/load.md has an example to copy',
    })
  }
  return exported as AnyJourney
}

/** The position in the module that its error comes from, as `FILE:LINE:COLUMN`: the first lines of the stack name it in a syntax error. */
function placeOf(error: unknown, path: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const at = stack.indexOf(path)
  const [, line, column] = (at < 0 ? null : /^:(\d+)(?::(\d+))?/.exec(stack.slice(at + path.length))) ?? []
  return line === undefined ? undefined : `${path}:${line}${column === undefined ? '' : `:${column}`}`
}

/** Node does not report the position of a syntax error: another parser finds it. */
async function placeOfSyntax(error: unknown, path: string): Promise<string | undefined> {
  if (!(error instanceof SyntaxError) || !/\.[cm]?js$/.test(path)) return undefined
  const { transform } = await import('@swc/wasm-typescript')
  try {
    await transform(await readUserFile(path, { maxBytes: fileLimits.written }), {
      mode: 'strip-only',
      filename: path,
      module: true,
    })
  } catch (problem) {
    const { startLine, startColumn = 0 } = problem as { startLine?: number; startColumn?: number }
    if (startLine !== undefined) return `${path}:${startLine}:${startColumn + 1}`
  }
  return undefined
}

/** Why a path cannot be a module; `undefined` when it can. Reading a pipe would wait. */
function whyNoModule(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile() === true) return undefined
    return found === undefined ? 'there is no file' : 'this is a folder, a pipe or a device, not a file'
  } catch (error) {
    return messageOf(error).replace(/, stat .*$/s, '')
  }
}

const KNOWN = ['summary', 'service', 'think', 'state', 'onStart', 'onStop', 'tasks']

/** Everything that keeps a value from being a journey. */
export function problemsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['the module has no journey as its default export']
  const journey = value as Record<string, unknown>
  const problems = Object.keys(journey)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => `unknown key "${key}"`)
  for (const key of ['state', 'onStart', 'onStop']) {
    if (journey[key] !== undefined && typeof journey[key] !== 'function') problems.push(`"${key}" is not a function`)
  }
  const { think, tasks } = journey
  if (think !== undefined && (typeof think !== 'string' || readThink(think) === undefined)) {
    problems.push(`"think" is neither a duration nor a range such as "50ms..150ms": ${String(think)}`)
  }
  if (!Array.isArray(tasks) || tasks.length === 0) return [...problems, '"tasks" is not a list of weighted tasks']
  for (const [index, entry] of (tasks as ({ weight?: unknown; task?: unknown } | (() => unknown))[]).entries()) {
    if (typeof entry === 'function') {
      problems.push(`tasks[${index}] is a bare function: weight(1, …) says how often it is picked`)
      continue
    }
    if (typeof entry?.task !== 'function') problems.push(`tasks[${index}] has no function`)
    if (typeof entry?.weight !== 'number' || !(entry.weight > 0)) problems.push(`tasks[${index}] has no weight above 0`)
  }
  return problems
}
