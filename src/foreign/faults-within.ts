import { faultsOver } from '../api/client/faults-over.ts'
import { findFault } from '../api/injector/fault-catalog.ts'
import { drillErrors } from '../drills/errors.ts'
import type { SystemUnderDrill } from '../drills/system.ts'
import { readParams } from '../faults/params.ts'
import type { ServiceStatus, Target } from '../runtimes/runtime.ts'
import { whyBeyond, whyNotFewer } from './blast-radius.ts'
import { ANOTHER_PROGRAM } from './control/process-facts.ts'
import type { ForeignSystem } from './file/foreign-system.ts'
import type { Guard } from './guardian/guard.ts'

/**
 * The faults of a drill, within what the system allows: no more replicas at the same time, for no longer, and only what is the described program.
 * `inject`, `scale` and `restart` throw FD_DRILL_REFUSED: before anything is done, and a restart of several replicas also where one is not well again.
 */
export function faultsWithin(
  { safety, services }: Pick<ForeignSystem, 'safety' | 'services'>,
  guard: Guard,
): FaultsWithin {
  const { maxReplicas, maxDurationMs = Number.POSITIVE_INFINITY } = safety
  const quorums = new Map(
    services.flatMap(({ name, quorum }) => (quorum === undefined ? [] : [[name, quorum] as const])),
  )
  const refuseBeyond = async (target: Target, left?: number) => {
    const [now, faults] = await Promise.all([guard.describe(), guard.faults()])
    const bounds = { maxReplicas, quorums }
    const why =
      whyNotTheOne(target, now.services) ??
      (left === undefined
        ? whyBeyond(target, bounds, { services: now.services, faults })
        : whyNotFewer({ service: target.service, to: left }, bounds, now.services))
    if (why === undefined) return
    throw drillErrors.error('FD_DRILL_REFUSED', { message: `${target.replica ?? target.service}: ${why}` })
  }
  const workloads = new Set(services.flatMap(({ name, run }) => (run.kind === 'kubernetes' ? [name] : [])))
  const faults = faultsOver(guard)
  return {
    ...faults,
    inject: async (request) => {
      await refuseBeyond(request.target, leftBy(request))
      // The guardian undoes it by then, also when the run hangs.
      return faults.inject({ ...request, forMs: Math.min(request.forMs, maxDurationMs) })
    },
    // The guardian holds the faults of this run, and no others.
    endBeginning: async () => void (await guard.liftAll()),
    scale: async (service, replicas) => {
      const now = await guard.describe()
      const why = whyNotFewer({ service, to: replicas }, { maxReplicas, quorums }, now.services)
      if (why !== undefined) throw drillErrors.error('FD_DRILL_REFUSED', { message: `${service}: ${why}` })
      await guard.scale(service, replicas)
    },
    restart: async (target) => {
      const replicas = await replicasOf(target, guard)
      for (const one of replicas) await refuseBeyond(one)
      // Its cluster replaces its pods one after the other, and keeps as many as the workload demands.
      if (workloads.has(target.service)) return guard.restart(target)
      for (const [index, one] of replicas.entries()) {
        // The one before it may not be well again.
        if (index > 0) await refuseBeyond(one)
        await guard.restart(one)
      }
    },
  }
}

/** A restart of a service is one of each of its replicas, one after the other. */
async function replicasOf(target: Target, guard: Pick<Guard, 'describe'>): Promise<Target[]> {
  if (target.replica !== undefined) return [target]
  const { services } = await guard.describe()
  const replicas = services.find(({ name }) => name === target.service)?.replicas ?? []
  return replicas.length === 0 ? [target] : replicas.map(({ id }) => ({ service: target.service, replica: id }))
}

/** How many replicas of its whole service a fault leaves; `undefined` where it hits the one that it is aimed at. */
function leftBy({ fault, params }: { fault: string; params: Record<string, unknown> }): number | undefined {
  const definition = findFault(fault)
  return definition.leaves?.(readParams(definition, params) as never)
}

/** Why what is found at the target is not what the description says; `undefined` when it is. */
function whyNotTheOne({ service, replica }: Target, services: readonly ServiceStatus[]): string | undefined {
  const replicas = services.find(({ name }) => name === service)?.replicas ?? []
  const { detail } = replicas.find(({ id }) => replica === undefined || id === replica) ?? {}
  return detail?.includes(ANOTHER_PROGRAM) ? detail : undefined
}

type FaultsWithin = ReturnType<typeof faultsOver> &
  Required<Pick<SystemUnderDrill, 'restart' | 'scale' | 'endBeginning'>>
