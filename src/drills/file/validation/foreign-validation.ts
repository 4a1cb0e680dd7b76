import type { Path } from '../../../base/files/file-problem.ts'
import { isObject } from '../../../base/is-object.ts'
import { oneOf } from '../../../base/text/near-name.ts'
import { faults } from '../../../faults/faults.ts'
import { type FaultHost, type FaultNeeds, unmetNeed } from '../../../faults/needs.ts'
import type { ActionDefinition } from '../../actions/action.ts'
import { actions } from '../../actions/actions.ts'
import { conditions } from '../../conditions/conditions.ts'
import type { Refusal } from '../../expectations/expectation.ts'
import { expectations } from '../../expectations/expectations.ts'
import type { Entry } from '../../fields.ts'
import { entriesOf } from './entries.ts'
import type { Report } from './file-check.ts'

/** Reports what a drill asks for that a foreign system cannot give. Mistakes of form are reported elsewhere. */
export function checkForeign(root: Entry, names: ForeignNames, report: Report): void {
  const { services, probed } = names
  for (const [index, entry] of entriesOf(root.steadyState)) {
    const http = isObject(entry) ? entry.http : undefined
    if (typeof http !== 'string' || !services.includes(http) || probed.includes(http)) continue
    report(['steadyState', index, 'http'], { message: `${http} answers no HTTP`, expected: anyOf(probed) })
  }
  const { load } = root
  if (isObject(load) && typeof load.journey === 'string' && !/[/.]/.test(load.journey)) {
    report(['load', 'journey'], {
      message: "journeys that ship talk to Firedrill's own services",
      expected: 'the path of a module, from the drill file: ./journeys/shop.js',
    })
  }
  for (const [index, step] of entriesOf(root.method)) checkStep(step, ['method', index], { names, report })
  for (const [index, entry] of entriesOf(root.expectations)) {
    reportRefused(expectations, { entry, path: ['expectations', index] }, report)
  }
}

/** What a drill can do with a foreign system: one without a responder and without a runtime of Firedrill's own. */
export interface ForeignNames {
  /** All services. A name that is not among them is reported elsewhere. */
  services: readonly string[]
  /** Services that answer HTTP. */
  probed: readonly string[]
  /** Services that the description says how to kill, stop and start. */
  faultable: readonly string[]
  /** What can be done to those. */
  faultHost: FaultHost
}

/** Reports an entry of a kind that foreign systems do not have. */
function reportRefused(
  kinds: Readonly<Record<string, { kind: string; refusedForeign?: Refusal }>>,
  { entry, path }: { entry: unknown; path: Path },
  report: Report,
): void {
  if (!isObject(entry)) return
  for (const { kind, refusedForeign } of Object.values(kinds)) {
    if (refusedForeign !== undefined && entry[kind] !== undefined) report([...path, kind], refusedForeign)
  }
}

function checkStep(step: unknown, path: Path, { names, report }: { names: ForeignNames; report: Report }): void {
  if (!isObject(step)) return
  const { services } = names
  reportRefused(conditions, { entry: step.when, path: [...path, 'when'] }, report)
  const refused = actionNamed(step.action)?.refusedForeign?.(step, names.faultHost)
  if (refused !== undefined) {
    const possible = Object.values<ActionDefinition>(actions).filter((action) => action.refusedForeign === undefined)
    const expected = `${possible.map(({ name }) => name).join(', ')}, or a fault`
    report([...path, 'action'], { message: refused, expected })
    return
  }
  const { target } = step
  if (typeof target !== 'string' || (step.fault === undefined && actionNamed(step.action) === undefined)) return
  // A replica is its service's name and a number.
  const service = services.includes(target) ? target : target.replace(/-\d+$/, '')
  checkTarget({ target: service, definition: faultNamed(step.fault) }, path, { names, report })
}

function checkTarget(
  { target, definition }: { target: string; definition: FaultNeeds | undefined },
  path: Path,
  { names, report }: { names: ForeignNames; report: Report },
): void {
  const { services, faultable, faultHost } = names
  if (faultHost.links?.includes(target) === true) {
    // A link is no process: only what the proxy does can be done to it.
    if (definition?.needs.includes('link') === true) return
    const possible = possibleFaults(faultHost, target).filter((name) => faultNamed(name)?.needs.includes('link'))
    const message = `${target} is a link, and ${definition?.name ?? 'an action'} is not done to links`
    report([...path, 'target'], { message, expected: anyOf(possible) })
    return
  }
  if (services.includes(target) && !faultable.includes(target)) {
    report([...path, 'target'], {
      message: `nothing says how ${target} is run, so nothing can be done to it`,
      expected: `${anyOf(faultable)}; or process, systemd, compose or kubernetes for it in the description of the system`,
    })
    if (definition?.beside !== undefined) return
  }
  if (definition === undefined) return
  const unmet = unmetNeed(definition, faultHost, target)
  if (unmet === undefined) return
  const isElsewhere = services.some((other) => unmetNeed(definition, faultHost, other) === undefined)
  // A name that is not known is reported elsewhere.
  if (isElsewhere && !services.includes(target)) return
  report([...path, 'fault'], {
    message:
      isElsewhere || definition.beside !== undefined || isOfKubernetes(definition, faultHost, target)
        ? unmet.message
        : `${definition.name} cannot be done to a system that is not Firedrill's own`,
    expected: unmet.expected ?? anyOf(possibleFaults(faultHost, target)),
  })
}

/** Whether the fault or its target is of Kubernetes: then what is missing says more than that the system is foreign. */
function isOfKubernetes({ needs }: FaultNeeds, { workloads }: FaultHost, target: string): boolean {
  return needs.includes('workload') || workloads?.includes(target) === true
}

/** Names of the faults that can be injected into that service. */
function possibleFaults(host: FaultHost, service: string): string[] {
  return Object.values(faults)
    .filter((fault) => unmetNeed(fault, host, service) === undefined)
    .map(({ name }) => name)
}

function faultNamed(name: unknown): FaultNeeds | undefined {
  return typeof name === 'string' && Object.hasOwn(faults, name) ? faults[name as keyof typeof faults] : undefined
}

function actionNamed(name: unknown): ActionDefinition | undefined {
  return typeof name === 'string' && Object.hasOwn(actions, name) ? actions[name as keyof typeof actions] : undefined
}

function anyOf(names: readonly string[]): string {
  return names.length === 0 ? 'no service at all' : oneOf(names)
}
