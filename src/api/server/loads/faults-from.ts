import type { Prometheus } from '../../../probes/prometheus.ts'
import type { FaultSpan } from '../../contract.ts'
import { readFaultSpans } from '../monitoring/alert-spans.ts'
import { gridOf } from '../monitoring/spans.ts'

/** Reads which faults were in force while a load ran, as exactly as its charts can show. */
export function faultsFrom(prometheus: () => Prometheus): (fromMs: number, toMs: number) => Promise<FaultSpan[]> {
  return async (fromMs, toMs) => {
    // What lasted to the end is seen in the step after it.
    const grid = gridOf(toMs + LEAST_MS, toMs - fromMs + 2 * LEAST_MS, { steps: STEPS, leastMs: LEAST_MS })
    return readFaultSpans(prometheus(), grid, { timeoutMs: WITHIN_MS })
  }
}

const STEPS = 300
const LEAST_MS = 500
/** A page of a load does not wait longer for them. */
const WITHIN_MS = 2_000
