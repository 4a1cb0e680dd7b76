import type { TObject } from '#typebox'
import type { FileProblem, Path } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import { withDefaults } from '../../../base/schema/schema-check.ts'
import { parseDuration } from '../../../base/units/duration.ts'
import type { YamlSource } from '../../../base/yaml/yaml-source.ts'
import type { FaultDefinition } from '../../../faults/fault.ts'
import { faults } from '../../../faults/faults.ts'
import { journeys } from '../../../load/journey/journeys.ts'
import type { WithSettings } from '../../../stack/setting-problems.ts'
import type { ActionDefinition } from '../../actions/action.ts'
import { actions } from '../../actions/actions.ts'
import { conditions } from '../../conditions/conditions.ts'
import { expectations } from '../../expectations/expectations.ts'
import type { Entry } from '../../fields.ts'
import { drillFrameSchema, faultStepSchema } from '../schema/drill-schema.ts'
import { loadKinds } from '../schema/load-schema.ts'
import { steadyKinds } from '../schema/steady-schema.ts'
import { entriesOf } from './entries.ts'
import { FileCheck } from './file-check.ts'
import { checkForeign, type ForeignNames } from './foreign-validation.ts'
import { checkReferences, type LookUps, lookUpsOf } from './references.ts'

/** Everything that is wrong with a drill that is YAML: its form, its units, the names it uses and its faults' parameters. */
export function checkDrill(source: YamlSource, known: KnownNames): FileProblem[] {
  const { services, settings = [], objectives, foreign } = known
  const check = new FileCheck(source)
  const context = {
    check,
    settings,
    lookUps: lookUpsOf(check, { services, objectives, ownPrometheus: foreign === undefined }),
  }
  const root = source.value
  check.against(drillFrameSchema, root, [])
  if (!isObject(root)) return check.problems
  for (const [index, entry] of entriesOf(root.steadyState)) checkProbe(entry, ['steadyState', index], context)
  checkLoad(root.load, foreign === undefined ? Object.keys(journeys) : [], check)
  for (const [index, step] of entriesOf(root.method)) checkStep(step, ['method', index], context)
  for (const [index, entry] of entriesOf(root.expectations)) {
    checkEntry(expectations, { entry, path: ['expectations', index] }, context)
  }
  if (watchesForNoTime(root)) {
    check.report(['method'], {
      message: 'a drill without steps watches for false alarms, and this one does not say for how long',
      expected: 'a time for the whole drill, "watch: 30s", or an expectation with one',
    })
  }
  if (foreign !== undefined) checkForeign(root, foreign, (path, problem) => check.report(path, problem))
  return check.problems
}

export interface KnownNames {
  services: readonly string[]
  /** Firedrill's own services, with their settings. */
  settings?: readonly WithSettings[] | undefined
  /** Values of `sloth_id`. Not checked when left out. */
  objectives?: readonly string[] | undefined
  /** What can be done to a system that is not Firedrill's own. Left out for one that is. */
  foreign?: ForeignNames | undefined
}

interface CheckContext {
  check: FileCheck
  settings: readonly WithSettings[]
  lookUps: LookUps
}

/** Checks an entry that is one of several kinds: its form, and all that it refers to. */
function checkEntry(
  kinds: Readonly<Record<string, { schema: TObject }>>,
  { entry, path }: { entry: unknown; path: Path },
  { check, lookUps }: CheckContext,
): void {
  const kind = check.kind(kinds, entry, path)
  if (!isObject(entry)) return
  // Also of an entry whose kind is not clear: every mistake is listed at once.
  const named = kind === undefined ? Object.keys(kinds).filter((name) => Object.hasOwn(entry, name)) : []
  const schemas = kind === undefined ? named.flatMap((name) => kinds[name]?.schema ?? []) : [kind.schema]
  for (const schema of schemas) checkReferences(schema, lookUps, { entry, path })
}

function checkProbe(entry: unknown, path: Path, context: CheckContext): void {
  checkEntry(steadyProbes, { entry, path }, context)
  if (isObject(entry) && isObject(entry.body)) checkBody(entry.body, [...path, 'body'], context.check)
}

const steadyProbes = Object.fromEntries(Object.entries(steadyKinds).map(([kind, schema]) => [kind, { schema }]))
const loads = Object.fromEntries(Object.entries(loadKinds).map(([kind, schema]) => [kind, { schema }]))

function checkBody({ matches, jsonPath, is }: Entry, path: Path, check: FileCheck): void {
  if ((matches === undefined) === (jsonPath === undefined)) {
    check.report(path, {
      message: 'what it must be like is not given',
      expected: 'either "matches", or "jsonPath" and "is"',
    })
  } else if ((jsonPath === undefined) !== (is === undefined)) {
    check.report(path, { message: '"jsonPath" and "is" go together', expected: 'both or none' })
  }
}

function checkLoad(load: unknown, journeyNames: readonly string[], check: FileCheck): void {
  if (load !== undefined && load !== 'none') check.kind(loads, load, ['load'])
  if (!isObject(load)) return
  // What looks like a path is one.
  if (journeyNames.length > 0 && !/[/.]/.test(String(load.journey))) {
    check.known(load.journey, { what: 'journey', names: journeyNames, path: ['load', 'journey'] })
  }
  if (load.shape !== undefined && load.shape !== 'constant' && load.over === undefined) {
    check.report(['load', 'shape'], { message: 'a shape needs a length', expected: '"over" with a time: 30s' })
  }
}

function checkStep(step: unknown, path: Path, context: CheckContext): void {
  const { check, lookUps } = context
  if (!isObject(step)) {
    check.against(faultStepSchema, step, path)
    return
  }
  const definition = own<ActionDefinition>(actions, step.action)
  const schema = definition?.schema ?? faultStepSchema
  if (step.action !== undefined && step.fault !== undefined)
    check.report(path, { message: 'is both "fault" and "action"', expected: 'one of them' })
  else if (step.action === undefined || definition !== undefined) check.against(schema, step, path)
  else check.known(String(step.action), { what: 'action', names: Object.keys(actions), path: [...path, 'action'] })
  checkReferences(schema, lookUps, { entry: step, path })
  if (step.fault !== undefined && schema !== faultStepSchema) {
    checkReferences(faultStepSchema, lookUps, { entry: { fault: step.fault }, path })
  }
  if ((step.at === undefined) === (step.when === undefined)) {
    const message = step.at === undefined ? 'does not say when' : 'says both "at" and "when"'
    check.report(path, { message, expected: '"at" with a time, or "when" with a condition' })
  }
  if (step.when !== undefined) checkEntry(conditions, { entry: step.when, path: [...path, 'when'] }, context)
  for (const { at, ...problem } of definition?.check?.(step, context) ?? []) {
    check.reportKey([...path, ...at.slice(0, -1)], String(at.at(-1)), problem)
  }
  checkParams(step, path, check)
}

function checkParams({ fault: name, params = {} }: Entry, path: Path, check: FileCheck): void {
  const fault = own(faults as unknown as Record<string, FaultDefinition<TObject>>, name)
  if (fault === undefined || !isObject(params)) return
  check.against(fault.params, withDefaults(fault.params, params), [...path, 'params'])
}

function own<T>(definitions: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(definitions, name) ? definitions[name] : undefined
}

/** Whether the run would be over as soon as it began: nothing is done, and nothing is waited for. */
function watchesForNoTime({ method, watch, expectations: expected }: Entry): boolean {
  if (!Array.isArray(method) || method.length > 0) return false
  const times = [watch, ...entriesOf(expected).map(([, entry]) => (isObject(entry) ? entry.within : undefined))]
  // A text that is no time is reported where it stands.
  return times.every((time) => time === undefined || (typeof time === 'string' && parseDuration(time) === 0))
}
