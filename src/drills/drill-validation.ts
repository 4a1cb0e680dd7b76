import type { TObject, TSchema } from 'typebox'
import { didYouMean, type FileProblem, formatPath, nearest, type Path } from '../base/file-problem.ts'
import { createSchemaCheck, show, withDefaults } from '../base/schema-check.ts'
import type { YamlSource } from '../base/yaml-source.ts'
import type { FaultDefinition } from '../faults/fault.ts'
import { type FaultName, faults } from '../faults/faults.ts'
import { quantityFormats } from '../faults/params.ts'
import { journeys } from '../load/journeys.ts'
import { parseComparison } from '../probes/comparison.ts'
import { drillFrameSchema, expectationKinds, loadSchema, steadyKinds, stepSchema } from './drill-schema.ts'

const checkSchema = createSchemaCheck({
  ...quantityFormats,
  comparison: {
    matches: (text) => parseComparison(text) !== undefined,
    told: 'a comparison: "== 0", "> 5"; ==, !=, <, <=, > or >= and a number',
  },
})

type Entry = Record<string, unknown>

/** Everything that is wrong with a drill that is YAML: its form, its units, the names it uses and its faults' parameters. */
export function checkDrill(source: YamlSource, services: readonly string[]): FileProblem[] {
  const problems: FileProblem[] = []
  const against = (schema: TSchema, value: unknown, path: Path) =>
    problems.push(...checkSchema(schema, value, path, source))
  const known = (what: string, value: unknown, names: readonly string[], path: Path) => {
    if (typeof value !== 'string' || value === '' || names.includes(value)) return
    const next = didYouMean(value, names)
    problems.push({
      ...source.positionOf(path),
      path: formatPath(path),
      message: `unknown ${what} "${value}"`,
      expected: `one of ${names.join(', ')}`,
      ...(next === undefined ? {} : { next }),
    })
  }
  const kinds = (schemas: Record<string, TSchema>, list: unknown, name: string) => {
    for (const [index, entry] of entriesOf(list)) {
      const kind = pickKind(schemas, entry, [name, index], source)
      if (typeof kind !== 'string') problems.push(kind)
      else against(schemas[kind] as TSchema, entry, [name, index])
    }
  }

  const root = source.value
  against(drillFrameSchema, root, [])
  if (!isEntry(root)) return problems
  kinds(steadyKinds, root.steadyState, 'steadyState')
  for (const [index, entry] of entriesOf(root.steadyState)) {
    if (isEntry(entry)) known('service', entry.http, services, ['steadyState', index, 'http'])
  }
  if (root.load !== undefined) against(loadSchema, root.load, ['load'])
  if (isEntry(root.load)) known('journey', root.load.journey, Object.keys(journeys), ['load', 'journey'])
  for (const [index, step] of entriesOf(root.method)) {
    against(stepSchema, step, ['method', index])
    if (!isEntry(step)) continue
    known('fault', step.fault, Object.keys(faults), ['method', index, 'fault'])
    known('service', step.target, services, ['method', index, 'target'])
    const params = step.params ?? {}
    const fault = faultNamed(step.fault)
    if (fault !== undefined && isEntry(params)) {
      against(fault.params, withDefaults(fault.params, params), ['method', index, 'params'])
    }
  }
  kinds(expectationKinds, root.expectations, 'expectations')
  for (const [index, entry] of entriesOf(root.expectations)) {
    if (!isEntry(entry) || entry.action === undefined || typeof entry.target !== 'string') continue
    // A replica is its service's name and a number.
    const service = services.includes(entry.target) ? entry.target : entry.target.replace(/-\d+$/, '')
    known('service', service, services, ['expectations', index, 'target'])
  }
  return problems
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
  if (!isEntry(entry)) return { ...where, message: 'wrong type', given: show(entry) }
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
    ...(next === undefined ? {} : { next }),
  }
}

function faultNamed(name: unknown): FaultDefinition<TObject> | undefined {
  return typeof name === 'string' && Object.hasOwn(faults, name)
    ? (faults[name as FaultName] as unknown as FaultDefinition<TObject>)
    : undefined
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function entriesOf(list: unknown): [number, unknown][] {
  return Array.isArray(list) ? [...list.entries()] : []
}
