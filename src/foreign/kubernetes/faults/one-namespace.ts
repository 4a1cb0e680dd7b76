import { faultErrors } from '../../../faults/errors.ts'
import { allowedBy } from './check-loss.ts'

/** Keeps a run within the namespace of its first fault, unless more are allowed. @throws FD_FAULT_REFUSED */
export function oneNamespace(): (namespace: string, isAllowed: boolean) => void {
  let first: string | undefined
  return (namespace, isAllowed) => {
    first ??= namespace
    if (first === namespace || isAllowed) return
    throw faultErrors.error('FD_FAULT_REFUSED', {
      message: `this run has acted in ${first} already, and would act in ${namespace} too`,
      next: allowedBy('several-namespaces'),
    })
  }
}
