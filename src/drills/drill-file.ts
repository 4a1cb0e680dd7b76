import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Static } from 'typebox'
import { parseDuration } from '../base/duration.ts'
import { InvalidFileError } from '../base/file-problem.ts'
import { withDefaults } from '../base/schema-check.ts'
import { parseYamlSource } from '../base/yaml-source.ts'
import { type FaultName, faults } from '../faults/faults.ts'
import type { JourneyName } from '../load/journeys.ts'
import { type Comparison, parseComparison } from '../probes/comparison.ts'
import { profiles } from '../stack/profile.ts'
import { describeStack } from '../stack/topology.ts'
import { type Drill, type Expectation, latestWithinMs, type MethodStep, type SteadyProbe } from './drill.ts'
import type { drillSchema } from './drill-schema.ts'
import { checkDrill } from './drill-validation.ts'
import { drillErrors } from './errors.ts'

/** How long beyond the last expectation a fault may last when the file does not say. */
const DEFAULT_EXTRA_FOR_MS = 30_000

export interface DrillReadOptions {
  /** Names of the parts that the stack has. Default: those of Firedrill's own. */
  services?: readonly string[]
}

type DrillDocument = Static<typeof drillSchema>

/**
 * Reads a drill file: read → parse → validate → default → freeze.
 * @throws FD_DRILL_NOT_FOUND, or FD_DRILL_INVALID with all problems of the file.
 */
export async function readDrill(file: string, options: DrillReadOptions = {}): Promise<Drill> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw drillErrors.error('FD_DRILL_NOT_FOUND', {
      message: 'there is no drill file that can be read',
      where: file,
      expected: 'the path of a drill, for example drills/store-crash.yaml',
      cause: error,
    })
  }
  return parseDrill(text, file, options)
}

/** The same for a text; `file` is what problems name. */
export function parseDrill(text: string, file: string, options: DrillReadOptions = {}): Drill {
  const source = parseYamlSource(text)
  const services = options.services ?? describeStack(profiles.lab).parts.map(({ name }) => name)
  const problems = source.problems.length > 0 ? source.problems : checkDrill(source, services)
  if (problems.length > 0) throw new InvalidFileError('FD_DRILL_INVALID', file, problems)
  const sha256 = createHash('sha256').update(text).digest('hex')
  return freeze({ file, sha256, ...build(source.value as DrillDocument) })
}

function build(document: DrillDocument): Omit<Drill, 'file' | 'sha256'> {
  const expectations = document.expectations.map(buildExpectation)
  const defaultForMs = latestWithinMs({ expectations }) + DEFAULT_EXTRA_FOR_MS
  const method = document.method.map((step): MethodStep => {
    const fault = step.fault as FaultName
    return {
      atMs: duration(step.at),
      fault,
      target: { service: step.target, ...(step.replica === undefined ? {} : { replica: step.replica }) },
      params: withDefaults(faults[fault].params, step.params ?? {}),
      forMs: step.for === undefined ? defaultForMs : duration(step.for),
    }
  })
  const { journey, users, spawnRate } = document.load
  return {
    title: document.title,
    why: document.why.trim(),
    steadyState: document.steadyState.map(
      (entry): SteadyProbe =>
        'http' in entry
          ? { kind: 'http', service: entry.http, path: entry.path, status: entry.status ?? 200 }
          : { kind: 'metric', metric: entry.metric, is: comparison(entry.is) },
    ),
    load: { journey: journey as JourneyName, users, spawnRatePerSecond: spawnRate },
    method: method.sort((a, b) => a.atMs - b.atMs),
    expectations,
  }
}

function buildExpectation(entry: DrillDocument['expectations'][number]): Expectation {
  if ('noOtherAlert' in entry) {
    return { kind: 'noOtherAlert', except: entry.noOtherAlert === true ? [] : entry.noOtherAlert.except }
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
