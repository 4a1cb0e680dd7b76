import type { StackView } from '../../../src/api/contract.ts'

/** The stack in a sentence: how many replicas are as they should be. */
export function summarize({ services, state }: Pick<StackView, 'services' | 'state'>): string {
  const replicas = services.flatMap((service) => service.replicas)
  const well = replicas.filter(({ state }) => state === 'healthy').length
  const parts = `${replicas.length} replicas of ${services.length} parts are healthy`
  const health = well === replicas.length ? `All ${parts}` : `${well} of ${parts}`
  return state === 'up' ? `${health}.` : `The stack is ${state}. ${health}.`
}
