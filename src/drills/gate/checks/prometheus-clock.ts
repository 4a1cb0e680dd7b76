import { clockDifferences } from '../../clocks/clock-difference.ts'
import { type GateCheck, LOOK_TIMEOUT_MS } from './check.ts'

/** The clock of each Prometheus is that of this machine: with another one, what followed a fault would seem to be before it, or late. */
export const prometheusClock: GateCheck = {
  name: 'Prometheus clock',
  async look({ prometheus, signal }) {
    const different = await clockDifferences(prometheus, { timeoutMs: LOOK_TIMEOUT_MS, signal })
    return different.map((text) => ({ text }))
  },
}
