import type { TObject, TSchema } from 'typebox'
import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { createSchemaCheck, show, withDefaults } from '../../base/schema/schema-check.ts'
import { isRegex, REGEX_TOLD } from '../../base/text/linear-regex.ts'
import { didYouMean, nearest, oneOf } from '../../base/text/near-name.ts'
import { parseDuration } from '../../base/units/duration.ts'
import { parseRatio } from '../../base/units/ratio.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { type FaultName, faults } from '../../faults/faults.ts'
import { quantityFormats } from '../../faults/params.ts'
import { journeys } from '../../load/journey/journeys.ts'
import { COMPARISON_TOLD, parseComparison } from '../../probes/comparison.ts'
import { checkPromql } from '../../promql/check.ts'
import { isSettingName, settingProblems, type WithSettings } from '../../stack/setting-problems.ts'
import {
  actionSchemas,
  conditionKinds,
  drillFrameSchema,
  expectationKinds,
  faultStepSchema,
  loadKinds,
  steadyKinds,
} from './drill-schema.ts'
import { checkForeign, type ForeignNames } from './foreign-validation.ts'
import { parseJsonPath } from './json-path.ts'

const checkSchema = createSchemaCheck({
  ...quantityFormats,
  comparison: {
    matches: (text) => parseComparison(text) !== undefined,
    told: COMPARISON_TOLD,
  },
  ratio: { matches: (text) => parseRatio(text) !== undefined, told: 'a share from 0% to 100%: 5%, 0.1%' },
  regex: { matches: isRegex, told: REGEX_TOLD },
  'json-path': {
    matches: (text) => parseJsonPath(text) !== undefined,
    told: "a path without filters: $.quotes[*].stale, $['odd name'][0]",
  },
})

type Entry = Record<string, unknown>

export interface KnownNames {
  services: readonly string[]
  /** Firedrill's own services, with their settings. */
  settings?: readonly WithSettings[] | undefined
  /** Values of `sloth_id`. Not checked when left out. */
  objectives?: readonly string[] | undefined
  /** What can be done to a system that is not Firedrill's own. Left out for one that is. */
  foreign?: ForeignNames | undefined
}

/** Everything that is wrong with a drill that is YAML: its form, its units, the names it uses and its faults' parameters. */
export function checkDrill(
  source: YamlSource,
  { services, settings = [], objectives, foreign }: KnownNames,
): FileProblem[] {
  const problems: FileProblem[] = []
  const against = (schema: TSchema, value: unknown, path: Path) =>
    problems.push(...checkSchema(schema, value, path, source))
  const complain = (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) =>
    problems.push({ ...source.positionOf(path), path: formatPath(path), ...problem })
  const known = (what: string, value: unknown, names: readonly string[] | undefined, path: Path) => {
    if (names === undefined || typeof value !== 'string' || value === '' || names.includes(value)) return
    const next = didYouMean(value, names)
    problems.push({
      ...source.positionOf(path),
      path: formatPath(path),
      message: `unknown ${what} "${value}"`,
      expected: oneOf(names),
      ...defined({ next }),
    })
  }
  /** A replica is its service's name and a number. */
  const knownTarget = (target: unknown, path: Path) => {
    if (typeof target !== 'string') return
    known('service', services.includes(target) ? target : target.replace(/-\d+$/, ''), services, path)
  }
  const kind = (schemas: Record<string, TSchema>, entry: unknown, path: Path) => {
    const picked = pickKind(schemas, entry, path, source)
    if (typeof picked !== 'string') problems.push(picked)
    else against(schemas[picked] as TSchema, entry, path)
  }

  const root = source.value
  against(drillFrameSchema, root, [])
  if (!isObject(root)) return problems
  for (const [index, entry] of entriesOf(root.steadyState)) {
    const path = ['steadyState', index]
    kind(steadyKinds, entry, path)
    if (!isObject(entry)) continue
    known('service', entry.http, services, [...path, 'http'])
    known('objective', entry.objective, objectives, [...path, 'objective'])
    checkMetric(entry.metric, [...path, 'metric'])
    if (isObject(entry.body)) checkBody(entry.body, [...path, 'body'], complain)
  }
  if (root.load !== undefined && root.load !== 'none') kind(loadKinds, root.load, ['load'])
  if (isObject(root.load)) checkLoad(root.load, foreign === undefined ? Object.keys(journeys) : [], known, complain)
  for (const [index, step] of entriesOf(root.method)) {
    const path: Path = ['method', index]
    if (!isObject(step)) against(faultStepSchema, step, path)
    else checkStep(step, path)
  }
  for (const [index, entry] of entriesOf(root.expectations)) {
    kind(expectationKinds, entry, ['expectations', index])
    if (!isObject(entry)) continue
    if (entry.action !== undefined) knownTarget(entry.target, ['expectations', index, 'target'])
    checkMetric(entry.metric, ['expectations', index, 'metric'])
    if (isObject(entry.budget)) {
      known('objective', entry.budget.objective, objectives, ['expectations', index, 'budget', 'objective'])
    }
  }
  if (watchesForNoTime(root)) {
    complain(['method'], {
      message: 'a drill without steps watches for false alarms, and this one does not say for how long',
      expected: 'a time for the whole drill, "watch: 30s", or an expectation with one',
    })
  }
  if (foreign !== undefined) checkForeign(root, foreign, complain)
  return problems

  /** By what the Prometheus of Firedrill's own stack takes; that of another system is asked itself. */
  function checkMetric(metric: unknown, path: Path): void {
    if (foreign !== undefined || typeof metric !== 'string' || metric === '') return
    const { value, problems: refused } = checkPromql(metric)
    const at = { ...source.positionOf(path), path: formatPath(path) }
    for (const { message, from, to, next } of refused) {
      const given = metric.slice(from, Math.max(to, from + 1))
      problems.push({
        ...at,
        message: `Prometheus refuses it: ${message}`,
        given,
        ...defined({ next }),
      })
    }
    if (value === 'matrix' || value === 'string') {
      problems.push({
        ...at,
        message: 'it gives no values that could be compared',
        expected: 'a vector or a number',
        given: metric,
      })
    }
  }

  function checkStep(step: Entry, path: Path): void {
    const schema =
      typeof step.action === 'string' ? actionSchemas[step.action as keyof typeof actionSchemas] : undefined
    if (step.action === undefined) against(faultStepSchema, step, path)
    else if (schema !== undefined && step.fault === undefined) against(schema, step, path)
    else if (step.fault !== undefined)
      complain(path, { message: 'is both "fault" and "action"', expected: 'one of them' })
    else known('action', String(step.action), Object.keys(actionSchemas), [...path, 'action'])
    if ((step.at === undefined) === (step.when === undefined)) {
      const message = step.at === undefined ? 'does not say when' : 'says both "at" and "when"'
      complain(path, { message, expected: '"at" with a time, or "when" with a condition' })
    }
    if (step.when !== undefined) kind(conditionKinds, step.when, [...path, 'when'])
    if (isObject(step.when)) checkMetric(step.when.metric, [...path, 'when', 'metric'])
    if (isObject(step.when) && step.when.action !== undefined)
      knownTarget(step.when.target, [...path, 'when', 'target'])
    known('fault', step.fault, Object.keys(faults), [...path, 'fault'])
    known('service', step.target, services, [...path, 'target'])
    const configured = settings.find(({ name }) => name === step.target)
    if (step.action === 'configure' && configured !== undefined && isObject(step.settings)) {
      // A number or a boolean is written into the environment as a text.
      const names = Object.keys(step.settings).filter((name) => isSettingName(name))
      const changes = Object.fromEntries(names.map((name) => [name, String((step.settings as Entry)[name])]))
      for (const { name, ...problem } of settingProblems(configured, changes)) {
        const at = [...path, 'settings', name]
        problems.push({ ...source.positionOfKey([...path, 'settings'], name), path: formatPath(at), ...problem })
      }
    }
    const params = step.params ?? {}
    const fault = faultNamed(step.fault)
    if (fault !== undefined && isObject(params)) {
      against(fault.params, withDefaults(fault.params, params), [...path, 'params'])
    }
  }
}

/** Whether the run would be over as soon as it began: nothing is done, and nothing is waited for. */
function watchesForNoTime({ method, watch, expectations }: Entry): boolean {
  if (!Array.isArray(method) || method.length > 0) return false
  const times = [watch, ...entriesOf(expectations).map(([, entry]) => (isObject(entry) ? entry.within : undefined))]
  // What is no time is complained of where it stands.
  return times.every((time) => time === undefined || (typeof time === 'string' && parseDuration(time) === 0))
}

type Complain = (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) => void

function checkLoad(
  load: Entry,
  journeyNames: readonly string[],
  known: (what: string, value: unknown, names: readonly string[], path: Path) => void,
  complain: Complain,
): void {
  // What looks like a path is one.
  if (journeyNames.length > 0 && !/[/.]/.test(String(load.journey))) {
    known('journey', load.journey, journeyNames, ['load', 'journey'])
  }
  if (load.shape !== undefined && load.shape !== 'constant' && load.over === undefined) {
    complain(['load', 'shape'], { message: 'a shape needs a length', expected: '"over" with a time: 30s' })
  }
}

function checkBody(body: Entry, path: Path, complain: Complain): void {
  const { matches, jsonPath, is } = body
  if ((matches === undefined) === (jsonPath === undefined)) {
    complain(path, {
      message: 'what it must be like is not given',
      expected: 'either "matches", or "jsonPath" and "is"',
    })
  } else if ((jsonPath === undefined) !== (is === undefined)) {
    complain(path, { message: '"jsonPath" and "is" go together', expected: 'both or none' })
  }
}

/** Which of the kinds an entry is, by its telling key; or the problem that it is none, or two. */
function pickKind(
  schemas: Record<string, TSchema>,
  entry: unknown,
  path: Path,
  source: YamlSource,
): string | FileProblem {
  const all = Object.keys(schemas)
  const expected = `a mapping with one of the keys ${all.join(', ')}`
  const where = { ...source.positionOf(path), path: formatPath(path), expected }
  if (!isObject(entry)) return { ...where, message: 'wrong type', given: show(entry) }
  const keys = Object.keys(entry)
  const [kind, ...others] = keys.filter((key) => all.includes(key))
  if (kind !== undefined && others.length === 0) return kind
  if (kind !== undefined) return { ...where, message: `is both "${kind}" and "${others.join('" and "')}"` }
  const slip = keys.find((key) => nearest(key, all) !== undefined)
  const next = slip === undefined ? undefined : didYouMean(slip, all)
  return {
    ...where,
    ...(slip === undefined ? {} : source.positionOfKey(path, slip)),
    message: 'none of the known kinds',
    given: keys.length === 0 ? 'no keys' : `keys ${keys.join(', ')}`,
    ...defined({ next }),
  }
}

function faultNamed(name: unknown): FaultDefinition<TObject> | undefined {
  return typeof name === 'string' && Object.hasOwn(faults, name)
    ? (faults[name as FaultName] as unknown as FaultDefinition<TObject>)
    : undefined
}

function entriesOf(list: unknown): [number, unknown][] {
  return Array.isArray(list) ? [...list.entries()] : []
}
