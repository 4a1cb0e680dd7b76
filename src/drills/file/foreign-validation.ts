import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { oneOf } from '../../base/text/near-name.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { faults } from '../../faults/faults.ts'
import { type FaultHost, unmetNeed } from '../../faults/needs.ts'

/** What a drill can do with a system that is not Firedrill's own: one without a responder and without a runtime of ours. */
export interface ForeignNames {
  /** All there are; others are complained of elsewhere. */
  services: readonly string[]
  /** Services that answer HTTP. */
  probed: readonly string[]
  /** Services of which it is told how they are killed, stopped and started. */
  faultable: readonly string[]
  /** What can be done to those. */
  faultHost: FaultHost
}

type Entry = Record<string, unknown>
type Complain = (path: Path, problem: Pick<FileProblem, 'message' | 'expected'>) => void

const NO_RESPONDER = {
  message: 'the system has no responder whose log could be read: nothing reports actions',
  expected: '{ steady: true, within: … }, whoever repairs; the journal says by whom as far as that is seen',
}

/** What a drill asks for that such a system cannot give. Mistakes of form are told elsewhere. */
export function checkForeign(
  root: Entry,
  { services, probed, faultable, faultHost }: ForeignNames,
  complain: Complain,
): void {
  for (const [index, { http }] of entriesOf(root.steadyState)) {
    if (typeof http !== 'string' || !services.includes(http) || probed.includes(http)) continue
    complain(['steadyState', index, 'http'], { message: `${http} answers no HTTP`, expected: anyOf(probed) })
  }
  const { load } = root
  if (isObject(load) && typeof load.journey === 'string' && !/[/.]/.test(load.journey)) {
    complain(['load', 'journey'], {
      message: "journeys that ship talk to Firedrill's own services",
      expected: 'the path of a module, from the drill file: ./journeys/shop.js',
    })
  }
  for (const [index, step] of entriesOf(root.method)) checkStep(step, ['method', index])
  for (const [index, entry] of entriesOf(root.expectations)) {
    if (entry.action !== undefined) complain(['expectations', index, 'action'], NO_RESPONDER)
    if (entry.budget !== undefined) {
      complain(['expectations', index, 'budget'], {
        message: "budgets are counted for Firedrill's own objectives only",
        expected: 'a metric of your own rules, for example { metric: my:burn_rate, is: "< 1", … }',
      })
    }
  }

  function checkStep(step: Entry, path: Path): void {
    const { fault, action, target, when } = step
    if (isObject(when) && when.action !== undefined) complain([...path, 'when', 'action'], NO_RESPONDER)
    if (action === 'configure' || action === 'scale') {
      complain([...path, 'action'], {
        message: `nothing says how ${String(target)} is ${action === 'scale' ? 'scaled' : 'configured'}`,
        expected: 'restart, clearFaults, or a fault',
      })
    }
    if ((fault === undefined && action !== 'restart') || typeof target !== 'string') return
    if (services.includes(target) && !faultable.includes(target)) {
      complain([...path, 'target'], {
        message: `nothing says how ${target} is run, so nothing can be done to it`,
        expected: `${anyOf(faultable)}; or process or compose for it in the description of the system`,
      })
    }
    const definition = definitionOf(fault)
    if (definition !== undefined && unmetNeed(definition, faultHost, target) !== undefined) {
      complain([...path, 'fault'], {
        message: `${definition.name} cannot be done to a system that is not Firedrill's own`,
        expected: anyOf(possibleFaults(faultHost, target)),
      })
    }
  }
}

/** Names of the faults that can be injected into that service. */
function possibleFaults(host: FaultHost, service: string): string[] {
  return Object.values(faults)
    .filter((fault) => unmetNeed(fault, host, service) === undefined)
    .map(({ name }) => name)
}

function definitionOf(name: unknown): Pick<FaultDefinition, 'name' | 'needs'> | undefined {
  return typeof name === 'string' && Object.hasOwn(faults, name) ? faults[name as keyof typeof faults] : undefined
}

function anyOf(names: readonly string[]): string {
  return names.length === 0 ? 'no service at all' : oneOf(names)
}

function entriesOf(list: unknown): [number, Entry][] {
  return Array.isArray(list) ? [...list.entries()].filter((pair): pair is [number, Entry] => isObject(pair[1])) : []
}
