import type { ServiceStatus, Target } from '../runtimes/runtime.ts'

/** How much of a system may be hit at the same time. */
export interface BlastRadius {
  /** Replicas of all services together. */
  maxReplicas: number | undefined
  /** By service: replicas that must stay healthy. */
  quorums: ReadonlyMap<string, number>
}

/** Why one more fault, or a restart, at that target would hit more than is allowed; `undefined` when it would not. */
export function whyBeyond(
  target: Target,
  { maxReplicas, quorums }: BlastRadius,
  { services, faults }: { services: readonly ServiceStatus[]; faults: readonly { replica: string }[] },
): string | undefined {
  const replicas = services.find(({ name }) => name === target.service)?.replicas ?? []
  // Without a name it is the first one, as for every fault. A restart names each.
  const replica = target.replica ?? replicas[0]?.id
  if (replica === undefined) return undefined
  const hit = new Set([...faults.map((fault) => fault.replica), replica])
  if (maxReplicas !== undefined && hit.size > maxReplicas) {
    return `maxReplicas is ${maxReplicas}, and ${hit.size} would be hit at the same time: ${[...hit].join(', ')}`
  }
  const quorum = quorums.get(target.service)
  const staying = replicas.filter(({ id, state }) => state === 'healthy' && !hit.has(id)).map(({ id }) => id)
  if (quorum === undefined || staying.length >= quorum) return undefined
  const left = staying.length === 0 ? 'none' : `only ${staying.join(', ')}`
  return `the quorum of ${target.service} is ${quorum}, and ${left} would stay healthy`
}

/** Why a service must not have fewer replicas than it has; `undefined` where it may, or would have as many. */
export function whyNotFewer(
  { service, to }: { service: string; to: number },
  { maxReplicas, quorums }: BlastRadius,
  services: readonly ServiceStatus[],
): string | undefined {
  const present = services.find(({ name }) => name === service)?.replicas.length ?? 0
  if (to >= present) return undefined
  const taken = present - to
  if (maxReplicas !== undefined && taken > maxReplicas)
    return `maxReplicas is ${maxReplicas}, and ${taken} would be taken at the same time`
  const quorum = quorums.get(service)
  return quorum === undefined || to >= quorum
    ? undefined
    : `the quorum of ${service} is ${quorum}, and ${to} would be left`
}
