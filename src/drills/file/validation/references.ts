import type { TObject, TSchema } from '#typebox'
import { defined } from '../../../base/defined.ts'
import type { Path } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import { faults } from '../../../faults/faults.ts'
import { checkPromql } from '../../../promql/check.ts'
import type { Entry, Reference } from '../../fields.ts'
import type { FileCheck } from './file-check.ts'

/** How each reference of a drill file is looked up. */
export type LookUps = Record<Reference, (value: string, path: Path) => void>

/** Looks up everything that the fields of an entry refer to: a service, an objective, an expression … */
export function checkReferences(
  schema: TObject,
  lookUps: LookUps,
  { entry, path }: { entry: Entry; path: Path },
): void {
  for (const [name, field] of Object.entries<TSchema & FieldOptions>(schema.properties)) {
    const value = entry[name]
    const at = [...path, name]
    if (field.refersTo !== undefined && typeof value === 'string') lookUps[field.refersTo](value, at)
    else if (field.properties !== undefined && isObject(value))
      checkReferences(field as unknown as TObject, lookUps, { entry: value, path: at })
  }
}

interface FieldOptions {
  refersTo?: Reference
  properties?: TObject['properties']
}

/** Looks names up in what the system has. `ownPrometheus`: expressions are for the Prometheus of Firedrill's own stack. */
export function lookUpsOf(
  check: FileCheck,
  known: { services: readonly string[]; objectives: readonly string[] | undefined; ownPrometheus: boolean },
): LookUps {
  const { services, objectives, ownPrometheus } = known
  return {
    service: (name, path) => check.known(name, { what: 'service', names: services, path }),
    // A replica is its service's name and a number.
    target: (name, path) => {
      const service = services.includes(name) ? name : name.replace(/-\d+$/, '')
      check.known(service, { what: 'service', names: services, path })
    },
    objective: (name, path) => {
      if (objectives !== undefined) check.known(name, { what: 'objective', names: objectives, path })
    },
    fault: (name, path) => check.known(name, { what: 'fault', names: Object.keys(faults), path }),
    // Another system's Prometheus is asked itself.
    promql: (expression, path) => {
      if (ownPrometheus && expression !== '') checkExpression(check, expression, path)
    },
  }
}

function checkExpression(check: FileCheck, expression: string, path: Path): void {
  const { value, problems } = checkPromql(expression)
  for (const { message, from, to, next } of problems) {
    const given = expression.slice(from, Math.max(to, from + 1))
    check.report(path, { message: `Prometheus refuses it: ${message}`, given, ...defined({ next }) })
  }
  if (value === 'matrix' || value === 'string') {
    const message = 'it gives no values that could be compared'
    check.report(path, { message, expected: 'a vector or a number', given: expression })
  }
}
