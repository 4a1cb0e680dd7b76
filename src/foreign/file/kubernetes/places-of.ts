import type { ForeignSystem } from '../foreign-system.ts'

/** The namespaces that a system is in, each of each cluster once: in one order. */
export function placesOf({ services, serviceLinks }: Placed): NamespacePlace[] {
  const workloads = services.flatMap(({ run }) =>
    run.kind === 'kubernetes' ? [{ context: run.cluster.context, namespace: run.workload.namespace }] : [],
  )
  const links = serviceLinks.map(({ cluster, namespace }) => ({ context: cluster.context, namespace }))
  const places = new Map([...workloads, ...links].map((place) => [keyOf(place), place]))
  return [...places.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)))
}

export type Placed = Pick<ForeignSystem, 'services' | 'serviceLinks'>

export interface NamespacePlace {
  context: string | undefined
  namespace: string
}

function keyOf({ context, namespace }: NamespacePlace): string {
  return JSON.stringify([namespace, context])
}
