import { dirname, resolve } from 'node:path'
import type { Static } from '#typebox'
import { defined } from '../../base/defined.ts'
import { withDefaults } from '../../base/schema/schema-check.ts'
import { type FaultName, faults } from '../../faults/faults.ts'
import { actions } from '../actions/actions.ts'
import { conditions } from '../conditions/conditions.ts'
import { readMetricCheck } from '../evidence/expected.ts'
import type { Expectation, ExpectationDefinition } from '../expectations/expectation.ts'
import { expectations } from '../expectations/expectations.ts'
import { readDuration } from '../fields.ts'
import { type BodyCheck, type Drill, type LoadPlan, latestWithinMs, type SteadyProbe } from './drill.ts'
import { parseJsonPath, readValueCheck } from './json-path.ts'
import { latestStartMs, type MethodStep, type StepStart } from './method-step.ts'
import type { drillSchema, faultStepSchema } from './schema/drill-schema.ts'

/** Makes the drill of a valid document: times in milliseconds, defaults filled in. `file` is what paths are relative to. */
export function buildDrill(document: DrillDocument, file: string): Omit<Drill, 'file' | 'sha256' | 'parameters'> {
  const expected = buildExpectations(document.expectations)
  const leastWatchMs = document.watch === undefined ? 0 : readDuration(document.watch)
  const defaultForMs = Math.max(latestWithinMs({ expectations: expected }), leastWatchMs) + DEFAULT_EXTRA_FOR_MS
  const method = document.method.map((step, index) => buildStep(step as StepEntry, { index, defaultForMs }))
  const allTimed = method.every(({ start }) => start.kind === 'at')
  return {
    title: document.title,
    why: document.why.trim(),
    ...defined({ seed: document.seed }),
    steadyState: document.steadyState.map(buildProbe),
    load: document.load === 'none' ? null : buildLoad(document.load, file),
    method: allTimed ? method.sort((a, b) => latestStartMs(a) - latestStartMs(b)) : method,
    expectations: expected,
    leastWatchMs,
  }
}

/** How long beyond the last expectation a fault may last when the file does not say. */
const DEFAULT_EXTRA_FOR_MS = 30_000
const DEFAULT_MAX_USERS = 1_000
/** Longer than any drill, in milliseconds. */
const ENDLESS_MS = 24 * 3_600_000

/** The text of a drill file that has passed validation. */
export type DrillDocument = Static<typeof drillSchema>

/** The expectations of a file, and those that every drill has. */
export function buildExpectations(entries: readonly unknown[]): Expectation[] {
  const written = entries.map((entry) => kindOf(expectations, entry).build(entry))
  const implied = Object.values<ExpectationDefinition>(expectations).filter(
    ({ kind, implied }) => implied !== undefined && !written.some((expectation) => expectation.kind === kind),
  )
  return [...written, ...implied.map((definition) => definition.build(definition.implied))]
}

/** The definition to whose kind an entry belongs: the entry has its key. */
function kindOf<T>(definitions: Readonly<Record<string, T>>, entry: unknown): T {
  const [, definition] = Object.entries(definitions).find(([key]) => Object.hasOwn(entry as object, key)) ?? []
  if (definition === undefined) throw new Error('an entry has passed validation, and is of no known kind')
  return definition
}

type FaultEntry = Static<typeof faultStepSchema>
type StepEntry = FaultEntry | ({ action: keyof typeof actions } & Pick<FaultEntry, 'at' | 'when'>)

function buildStep(step: StepEntry, { index, defaultForMs }: { index: number; defaultForMs: number }): MethodStep {
  const start = buildStart(step)
  if ('action' in step) return { kind: 'action', index, start, action: actions[step.action].build(step) }
  const { target: service, replica, params = {} } = step
  const fault = step.fault as FaultName
  return {
    kind: 'fault',
    index,
    start,
    fault,
    target: { service, ...defined({ replica }) },
    params: withDefaults(faults[fault].params, params),
    forMs: step.for === undefined ? defaultForMs : readDuration(step.for),
  }
}

function buildStart({ at, when }: Pick<FaultEntry, 'at' | 'when'>): StepStart {
  if (when === undefined) return { kind: 'at', atMs: readDuration(at ?? '0s') }
  const { within } = when as { within: string }
  return { kind: 'when', condition: kindOf(conditions, when).build(when), withinMs: readDuration(within) }
}

function buildProbe(entry: DrillDocument['steadyState'][number]): SteadyProbe {
  if ('objective' in entry) return { kind: 'objective', objective: entry.objective }
  if ('metric' in entry) return { kind: 'metric', ...readMetricCheck(entry) }
  const { http, path, status = 200, latencyBelow, body } = entry
  return {
    kind: 'http',
    service: http,
    path,
    status: buildStatus(status),
    ...defined({
      latencyBelowMs: latencyBelow === undefined ? undefined : readDuration(latencyBelow),
      body: body === undefined ? undefined : buildBody(body),
    }),
  }
}

function buildStatus(status: number | number[] | string): { from: number; to: number }[] {
  if (typeof status !== 'string') return [status].flat().map((code) => ({ from: code, to: code }))
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
  const durationMs = over === undefined ? ENDLESS_MS : readDuration(over)
  return { journey, model: 'open', ratePerSecond: rate, shape, durationMs, maxUsers }
}
