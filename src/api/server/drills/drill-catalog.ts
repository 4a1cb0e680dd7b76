import { stat } from 'node:fs/promises'
import { relative } from 'node:path'
import { type FileProblem, InvalidFileError } from '../../../base/files/file-problem.ts'
import { packageFolder } from '../../../base/files/package-folder.ts'
import { fileLimits, readUserFile } from '../../../base/files/user-file.ts'
import { isObject } from '../../../base/is-object.ts'
import { parseYamlSource } from '../../../base/yaml/yaml-source.ts'
import { drillErrors } from '../../../drills/errors.ts'
import { checkSettings } from '../../../drills/file/check-settings.ts'
import { type Drill, watchMs } from '../../../drills/file/drill.ts'
import { type DrillReadOptions, parseDrill } from '../../../drills/file/drill-file.ts'
import { shippedDrills } from '../../../drills/file/locate-drills.ts'
import { servicesOf } from '../../../drills/file/method-step.ts'
import { type ParameterType, type ParameterValue, parameterTypes } from '../../../drills/file/parameters.ts'
import { type Spread, spread } from '../../../drills/journal/distribution.ts'
import type { DrillOutline, DrillParameter, DrillView, JournalEntry } from '../../contract.ts'
import { drillName, type JournalIndex } from './journal-index.ts'

/** The drills that ship, and those that only have journals, each with how its runs went. */
export class DrillCatalog {
  readonly #journals: Pick<JournalIndex, 'list'>
  readonly #objectives: readonly string[] | undefined
  readonly #files: () => string[]
  readonly #read = new Map<string, { changedMs: number; file: Promise<DrillFile> }>()

  /** `objectives`: ids of those that the stack has. `files`: paths of the drills that ship. */
  constructor(
    journals: Pick<JournalIndex, 'list'>,
    { objectives, files = shippedDrills }: { objectives?: readonly string[] | undefined; files?: () => string[] } = {},
  ) {
    this.#journals = journals
    this.#objectives = objectives
    this.#files = files
  }

  /** By name. */
  async list(): Promise<DrillOutline[]> {
    const byName = await this.#runs()
    const shipped = this.#files()
    const outlines: DrillOutline[] = []
    for (const path of shipped) outlines.push(outlineOf(await this.#file(path), byName.get(drillName(path)) ?? []))
    const known = new Set(shipped.map(drillName))
    const others = [...byName].filter(([name]) => !known.has(name)).map(([name, runs]) => unknownOutline(name, runs))
    return [...outlines, ...others].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** @throws FD_DRILL_NOT_FOUND */
  async view(name: string): Promise<DrillView> {
    const runs = (await this.#runs()).get(name) ?? []
    const path = this.#files().find((one) => drillName(one) === name)
    if (path === undefined) {
      if (runs.length === 0) throw this.#notFound(name)
      return { ...unknownOutline(name, runs), path: null, text: null, spread: spreadOf(runs) }
    }
    const file = await this.#file(path)
    const sameForm = runs.filter(({ drill }) => drill.sha256 === file.drill.sha256)
    return { ...outlineOf(file, runs), path: shownPath(path), text: file.text, spread: spreadOf(sameForm) }
  }

  /** A drill that ships, with these values of its parameters. @throws FD_DRILL_NOT_FOUND, FD_DRILL_INVALID, FD_USAGE */
  async read(name: string, set: Readonly<Record<string, string>>): Promise<Drill> {
    const path = this.#files().find((one) => drillName(one) === name)
    if (path === undefined) throw this.#notFound(name)
    const { drill, text } = await this.#file(path)
    checkSettings(set, [drill])
    return parse(text, path, { set, objectives: this.#objectives })
  }

  async #file(path: string): Promise<DrillFile> {
    const { mtimeMs } = await stat(path)
    const known = this.#read.get(path)
    if (known?.changedMs === mtimeMs) return known.file
    // Kept while it is read: many who ask at once read it once.
    const file = fileAt(path)
    file.catch(() => this.#read.delete(path))
    this.#read.set(path, { changedMs: mtimeMs, file })
    return file
  }

  /** By name of the drill, latest first. */
  async #runs(): Promise<Map<string, JournalEntry[]>> {
    const { entries } = await this.#journals.list()
    const byName = new Map<string, JournalEntry[]>()
    for (const entry of entries) {
      const runs = byName.get(entry.drill.name)
      if (runs === undefined) byName.set(entry.drill.name, [entry])
      else runs.push(entry)
    }
    return byName
  }

  #notFound(name: string) {
    return drillErrors.error('FD_DRILL_NOT_FOUND', {
      message: 'there is no such drill',
      expected: 'the name of a drill that ships, or of one that has a journal',
      given: name,
      next: 'firedrill ls drills',
    })
  }
}

interface DrillFile {
  name: string
  text: string
  drill: Drill
  parameters: DrillParameter[]
}

const MOST_RECENT = 10
/** Runs of which the spread is taken. */
const MOST_SPREAD = 20

function outlineOf({ name, drill, parameters }: DrillFile, runs: readonly JournalEntry[]): DrillOutline {
  const { title, why, method, expectations } = drill
  return {
    name,
    title,
    why,
    ships: true,
    faults: unique(method.flatMap((step) => (step.kind === 'fault' ? [step.fault] : []))),
    targets: unique(method.flatMap(servicesOf)),
    alerts: unique(expectations.flatMap(({ alert }) => alert?.alert ?? [])),
    parameters,
    watchMs: watchMs(drill),
    ...historyOf(runs),
  }
}

/** What journals say of a drill whose file is not known. */
function unknownOutline(name: string, runs: readonly JournalEntry[]): DrillOutline {
  const title = runs[0]?.drill.title ?? name
  const nothing = { faults: [], targets: [], alerts: [], parameters: [] }
  return { name, title, why: '', ships: false, ...nothing, watchMs: 0, ...historyOf(runs) }
}

function historyOf(runs: readonly JournalEntry[]): Pick<DrillOutline, 'runs' | 'last' | 'recent'> {
  const recent = runs.slice(0, MOST_RECENT).map(({ id, verdict, startedAtMs }) => ({ id, verdict, startedAtMs }))
  return { runs: runs.length, last: runs[0] ?? null, recent }
}

/** How the times of the last runs that held are spread, with the clocks of the latest of them. */
function spreadOf(runs: readonly JournalEntry[]): DrillView['spread'] {
  const held = runs.filter(({ verdict }) => verdict === 'held')
  const clocks = ({ profile, runtime, timing }: JournalEntry) => JSON.stringify([profile, runtime, timing])
  const [latest] = held
  const alike = held.filter((one) => latest !== undefined && clocks(one) === clocks(latest)).slice(0, MOST_SPREAD)
  const names = unique(alike.flatMap(({ stages }) => Object.keys(stages)))
  const stages: Record<string, Spread> = {}
  for (const name of names) {
    const times = spread(alike.map((one) => one.stages[name] ?? null))
    if (times !== null) stages[name] = times
  }
  return { runs: alike.length, stages }
}

/** The parameters that a drill file declares. It has been validated. */
function declaredIn(text: string): DrillParameter[] {
  const root = parseYamlSource(text).value
  const declared = isObject(root) && isObject(root.parameters) ? root.parameters : {}
  return Object.entries(declared).flatMap(([name, value]) => {
    if (!isObject(value) || !parameterTypes.includes(value.type as ParameterType)) return []
    const { type, default: given, description = '' } = value
    return [{ name, type: type as ParameterType, default: given as ParameterValue, description: String(description) }]
  })
}

/** Without the folder of this machine that the package is in. */
function shownPath(path: string): string {
  const inPackage = relative(packageFolder(), path)
  return inPackage.startsWith('..') ? path : inPackage
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)]
}

/** Without `objectives` it is not checked whether the stack has those that the drill names. @throws FD_DRILL_INVALID */
function parse(text: string, path: string, options: Pick<DrillReadOptions, 'set' | 'objectives'> = {}): Drill {
  try {
    return parseDrill(text, path, options)
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error
    // A page shows one sentence, not a list with lines of the file.
    throw drillErrors.error('FD_DRILL_INVALID', {
      message: error.problems.map(problemText).join('; '),
      where: path,
      expected: error.problems.flatMap(({ expected }) => expected ?? [])[0] ?? 'a drill without mistakes',
      cause: error,
    })
  }
}

function problemText({ path, message, given }: FileProblem): string {
  return `${path}: ${message}${given === undefined ? '' : ` (${given})`}`
}

async function fileAt(path: string): Promise<DrillFile> {
  const text = await readUserFile(path, { maxBytes: fileLimits.written })
  return { name: drillName(path), text, drill: parse(text, path), parameters: declaredIn(text) }
}
