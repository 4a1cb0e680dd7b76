import type { TObject } from '#typebox'
import { defined } from '../../base/defined.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { FaultDefinition } from '../../faults/fault.ts'
import { faults } from '../../faults/faults.ts'
import { type FaultHost, unmetNeed } from '../../faults/needs.ts'
import type { FaultCatalogView } from '../contract.ts'

/** Finds faults by name, and lists them. */

const registry = faults as unknown as Readonly<Record<string, FaultDefinition<TObject>>>

/** Every fault there is, for those who let people choose one; with the parts of a stack that each can be aimed at. */
export function faultCatalog(stack?: { host: FaultHost; parts: readonly string[] }): FaultCatalogView {
  // What acts on a workload of Kubernetes can be aimed at nothing there.
  const catalogued = Object.values(registry).filter(({ needs }) => stack === undefined || !needs.includes('workload'))
  return {
    faults: catalogued.map((fault) => {
      const { name, summary, needs, params, machine } = fault
      const targets = stack?.parts.filter((part) => unmetNeed(fault, stack.host, part) === undefined)
      return { name, summary, needs: [...needs], params, ...defined({ machine, targets }) }
    }),
  }
}

/** @throws FD_FAULT_UNKNOWN */
export function findFault(name: string): FaultDefinition<TObject> {
  const found = Object.hasOwn(registry, name) ? registry[name] : undefined
  if (found !== undefined) return found
  const known = Object.keys(faults)
  throw faultErrors.error('FD_FAULT_UNKNOWN', {
    message: `unknown fault "${name}"`,
    expected: `one of ${known.join(', ')}`,
    given: name,
    next: didYouMean(name, known) ?? 'firedrill ls faults',
  })
}
