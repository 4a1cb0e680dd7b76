import type { StackView } from '../../../src/api/contract.ts'

/** The stack in one line: how many replicas are as they should be. */
export function summarize({ services }: Pick<StackView, 'services'>): string {
  const replicas = services.flatMap((service) => service.replicas)
  const well = replicas.filter(({ state }) => state === 'healthy').length
  const parts = `${replicas.length} replicas of ${services.length} parts`
  return well === replicas.length ? `all ${parts} are healthy` : `${well} of ${parts} are healthy`
}
