import type { GateCheck } from './check.ts'

/** Every probe of the drill's steady state is good. */
export const steadyState: GateCheck = {
  name: 'steady state',
  async look({ checks, signal }) {
    const seen = await Promise.all(checks.map((check) => check.look(signal)))
    return seen.flatMap(({ probe, state, detail }) => (state === 'good' ? [] : [{ text: `${probe}: ${detail}` }]))
  },
}
