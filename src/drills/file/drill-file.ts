import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import type { Static } from 'typebox'
import { defined } from '../../base/defined.ts'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { withDefaults } from '../../base/schema/schema-check.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import { readYamlFile } from '../../base/yaml/yaml-file.ts'
import { parseYamlSource } from '../../base/yaml/yaml-source.ts'
import { type FaultName, faults } from '../../faults/faults.ts'
import { type Comparison, parseComparison } from '../../probes/comparison.ts'
import type { Target } from '../../runtimes/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { drillErrors } from '../errors.ts'
import {
  type BodyCheck,
  type Drill,
  type Expectation,
  type LoadPlan,
  latestWithinMs,
  type SteadyProbe,
} from './drill.ts'
import type { drillSchema } from './drill-schema.ts'
import { checkDrill } from './drill-validation.ts'
import type { ForeignNames } from './foreign-validation.ts'
import { parseJsonPath, readValueCheck } from './json-path.ts'
import { type Act, type Condition, latestStartMs, type MethodStep, type StepStart } from './method-step.ts'
import { fillParameters } from './parameters.ts'

/** How long beyond the last expectation a fault may last when the file does not say. */
const DEFAULT_EXTRA_FOR_MS = 30_000
const DEFAULT_MAX_USERS = 1_000
/** Longer than any drill, in milliseconds. */
const ENDLESS_MS = 24 * 3_600_000

export interface DrillReadOptions {
  /** Names of the parts that the stack has. Default: those of Firedrill's own. */
  services?: readonly string[]
  /** Objectives that the stack has, by service and name (`store-availability`). Not checked when left out. */
  objectives?: readonly string[] | undefined
  /** What can be done to a system that is not Firedrill's own; `services` are that system's. */
  foreign?: ForeignNames | undefined
  /** Values of parameters, as texts. Names that the drill does not declare are passed over. */
  set?: Readonly<Record<string, string>>
}

type DrillDocument = Static<typeof drillSchema>

/**
 * Reads a drill file: read → parse → validate → default → freeze.
 * @throws FD_DRILL_NOT_FOUND, FD_FILE_UNREADABLE, or FD_DRILL_INVALID with all problems of the file.
 */
export async function readDrill(file: string, options: DrillReadOptions = {}): Promise<Drill> {
  const text = await readYamlFile(file, (found) =>
    drillErrors.error('FD_DRILL_NOT_FOUND', {
      message: 'there is no such drill file',
      expected: 'the path of a drill, for example drills/store-crash.yaml',
      ...found,
    }),
  )
  return parseDrill(text, file, options)
}

/** The same for a text; `file` is what problems name, and what paths of journeys are relative to. */
export function parseDrill(text: string, file: string, options: DrillReadOptions = {}): Drill {
  const { set = {}, objectives, foreign } = options
  const written = parseYamlSource(text)
  const { parts } = describeStack(profiles.lab)
  const services = options.services ?? parts.map(({ name }) => name)
  // What can be set on a system that is not ours is not known: nothing is.
  const settings = foreign === undefined ? parts : []
  const { source, problems, values } = fillParameters(written, set)
  const all =
    written.problems.length > 0
      ? written.problems
      : [...problems, ...checkDrill(source, { services, settings, objectives, foreign })]
  if (all.length > 0) throw new InvalidFileError('FD_DRILL_INVALID', file, all)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return freeze({ file, sha256, parameters: values, ...build(source.value as DrillDocument, file) })
}

function build(document: DrillDocument, file: string): Omit<Drill, 'file' | 'sha256' | 'parameters'> {
  const written = document.expectations.map(buildExpectation)
  // An alert that nobody expects is a deviation of every drill: the line only names exceptions.
  const expectations = written.some(({ kind }) => kind === 'noOtherAlert') ? written : [...written, NO_OTHER_ALERT]
  const leastWatchMs = document.watch === undefined ? 0 : duration(document.watch)
  const defaultForMs = Math.max(latestWithinMs({ expectations }), leastWatchMs) + DEFAULT_EXTRA_FOR_MS
  const method = document.method.map((step, index) => buildStep(step, index, defaultForMs))
  const allTimed = method.every(({ start }) => start.kind === 'at')
  return {
    title: document.title,
    why: document.why.trim(),
    ...defined({ seed: document.seed }),
    steadyState: document.steadyState.map(buildProbe),
    load: document.load === 'none' ? null : buildLoad(document.load, file),
    method: allTimed ? method.sort((a, b) => latestStartMs(a) - latestStartMs(b)) : method,
    expectations,
    leastWatchMs,
  }
}

const NO_OTHER_ALERT: Expectation = { kind: 'noOtherAlert', except: [] }

function buildProbe(entry: DrillDocument['steadyState'][number]): SteadyProbe {
  if ('objective' in entry) return { kind: 'objective', objective: entry.objective }
  if ('metric' in entry) return { kind: 'metric', metric: entry.metric, is: comparison(entry.is) }
  const { http, path, status = 200, latencyBelow, body } = entry
  return {
    kind: 'http',
    service: http,
    path,
    status: buildStatus(status),
    ...(latencyBelow === undefined ? {} : { latencyBelowMs: duration(latencyBelow) }),
    ...(body === undefined ? {} : { body: buildBody(body) }),
  }
}

function buildStatus(status: number | number[] | string): { from: number; to: number }[] {
  if (typeof status !== 'string') return [status].flat().map((one) => ({ from: one, to: one }))
  const [from = 0, to = 0] = status.split('..').map(Number)
  return [{ from, to }]
}

function buildBody({ matches, jsonPath, is = null }: { matches?: string; jsonPath?: string; is?: unknown }): BodyCheck {
  if (matches !== undefined) return { kind: 'matches', pattern: matches }
  return {
    kind: 'jsonPath',
    path: parseJsonPath(jsonPath ?? '$') ?? [],
    is: readValueCheck(is as string | number | boolean | null),
  }
}

function buildLoad(load: Exclude<DrillDocument['load'], 'none'>, file: string): LoadPlan {
  const journey = /[/.]/.test(load.journey) ? resolve(dirname(file), load.journey) : load.journey
  if ('users' in load) return { journey, model: 'closed', users: load.users, spawnRatePerSecond: load.spawnRate }
  const { rate, shape = 'constant', over, maxUsers = DEFAULT_MAX_USERS } = load
  // A constant rate goes on until it is stopped.
  const durationMs = over === undefined ? ENDLESS_MS : duration(over)
  return { journey, model: 'open', ratePerSecond: rate, shape, durationMs, maxUsers }
}

function buildStep(step: DrillDocument['method'][number], index: number, defaultForMs: number): MethodStep {
  const start = buildStart(step)
  if ('action' in step) return { kind: 'action', index, start, act: buildAct(step) }
  const fault = step.fault as FaultName
  return {
    kind: 'fault',
    index,
    start,
    fault,
    target: targetOf(step),
    params: withDefaults(faults[fault].params, step.params ?? {}),
    forMs: step.for === undefined ? defaultForMs : duration(step.for),
  }
}

function buildStart({ at, when }: DrillDocument['method'][number]): StepStart {
  if (when === undefined) return { kind: 'at', atMs: duration(at ?? '0s') }
  return { kind: 'when', condition: buildCondition(when), withinMs: duration(when.within) }
}

function buildCondition(when: NonNullable<DrillDocument['method'][number]['when']>): Condition {
  if ('metric' in when) return { kind: 'metric', metric: when.metric, is: comparison(when.is) }
  if ('alert' in when) return { kind: 'alert', alert: when.alert, labels: when.labels ?? {} }
  return 'action' in when ? { kind: 'action', action: when.action, target: when.target } : { kind: 'steady' }
}

function buildAct(step: Extract<DrillDocument['method'][number], { action: string }>): Act {
  switch (step.action) {
    case 'configure': {
      const settings = Object.fromEntries(Object.entries(step.settings).map(([key, value]) => [key, String(value)]))
      return { action: 'configure', service: step.target, settings }
    }
    case 'scale':
      return { action: 'scale', service: step.target, replicas: step.to }
    case 'restart':
      return { action: 'restart', target: targetOf(step) }
    case 'clearFaults':
      return { action: 'clearFaults' }
  }
}

function targetOf({ target, replica }: { target: string; replica?: string }): Target {
  return { service: target, ...defined({ replica }) }
}

function buildExpectation(entry: DrillDocument['expectations'][number]): Expectation {
  if ('noOtherAlert' in entry) {
    return { kind: 'noOtherAlert', except: entry.noOtherAlert === true ? [] : entry.noOtherAlert.except }
  }
  if ('budget' in entry) {
    const { objective, atMost } = entry.budget
    return { kind: 'budget', objective, atMostRatio: parseRatio(atMost) ?? 0 }
  }
  const withinMs = duration(entry.within)
  if ('metric' in entry) return { kind: 'metric', metric: entry.metric, is: comparison(entry.is), withinMs }
  if ('alert' in entry) return { kind: 'alert', alert: entry.alert, labels: entry.labels ?? {}, withinMs }
  if ('action' in entry) {
    return { kind: 'action', action: entry.action, by: 'responder', target: entry.target, withinMs }
  }
  return { kind: 'steady', withinMs }
}

/** Both are called with texts that the schema has let through. */
const duration = (text: string): number => parseDuration(text) ?? 0
const comparison = (text: string): Comparison => parseComparison(text) ?? { operator: '==', value: 0 }

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) freeze(part)
    Object.freeze(value)
  }
  return value
}
