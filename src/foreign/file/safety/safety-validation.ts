import type { FileProblem } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import type { YamlSource } from '../../../base/yaml/yaml-source.ts'
import { FileCheck } from '../../../drills/file/validation/file-check.ts'
import { readBudgetLeft } from './read-safety.ts'
import { abortKinds } from './safety-schema.ts'

/** Everything that is wrong with what a firedrill.yaml demands of runs. */
export function validateSafety(source: YamlSource, root: Readonly<Record<string, unknown>>): FileProblem[] {
  const check = new FileCheck(source)
  if (root.environment === undefined) {
    check.report([], {
      message: '"environment" is missing: what is this system to its people?',
      expected: 'lab, staging or production',
      next: 'add the line: environment: lab',
    })
  }
  checkAborts(root.abortWhen, check)
  checkStarts(root.onlyIf, check)
  if (root.environment === 'production') checkProduction(root, check)
  return check.problems
}

const ABORTS = 'a list of metrics and alerts; or none, to do without knowingly'

function checkAborts(abortWhen: unknown, check: FileCheck): void {
  if (abortWhen === undefined || abortWhen === 'none') return
  if (!Array.isArray(abortWhen) || abortWhen.length === 0) {
    check.report(['abortWhen'], { message: 'not what is expected here', expected: ABORTS })
    return
  }
  for (const [index, entry] of abortWhen.entries()) check.kind(KINDS, entry, ['abortWhen', index])
}

const KINDS = { metric: { schema: abortKinds.metric }, alert: { schema: abortKinds.alert } }

function checkStarts(onlyIf: unknown, check: FileCheck): void {
  if (onlyIf === undefined) return
  const several = Array.isArray(onlyIf)
  for (const [index, entry] of (several ? (onlyIf as unknown[]) : [onlyIf]).entries()) {
    const path = several ? ['onlyIf', index] : ['onlyIf']
    if (isObject(entry)) check.against(abortKinds.metric, entry, path)
    else if (typeof entry !== 'string' || readBudgetLeft(entry) === undefined) {
      check.report(path, { message: 'not a condition', expected: '"budget > 20%", or a mapping with metric and is' })
    }
  }
}

/** On production every safeguard is required: what is left out is left out knowingly. */
function checkProduction(
  { abortWhen, maxDuration, maxReplicas, services }: Record<string, unknown>,
  check: FileCheck,
): void {
  const missing = (key: string, message: string, expected: string) =>
    check.report([], { message: `"${key}" is missing: ${message}`, expected })
  if (abortWhen === undefined) missing('abortWhen', 'on production something ends a run', ABORTS)
  if (maxDuration === undefined)
    missing('maxDuration', 'on production a run has a longest time', 'a duration: maxDuration: 10m')
  if (maxReplicas === undefined && !allHaveQuorum(services)) {
    missing(
      'maxReplicas',
      'on production the number of replicas that faults may hit at the same time is bounded',
      'a number: maxReplicas: 1; or a quorum for each service',
    )
  }
}

function allHaveQuorum(services: unknown): boolean {
  if (!isObject(services)) return true
  return Object.values(services).every((service) => isObject(service) && service.quorum !== undefined)
}
