import { hostname } from 'node:os'
import type { Turn } from '../../../base/turn.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { ClusterPlace } from '../../../kubernetes/open-cluster.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { type NamespacePlace, type Placed, placesOf } from '../../file/kubernetes/places-of.ts'
import { COORDINATION } from '../undo/undo-record.ts'
import { HeldTurn } from './held-turn.ts'
import { holderOf, TURN_LEASE, type TurnLease } from './turn-lease.ts'

/** How a guardian keeps the turns of its run. */

/** Bound of a look, in milliseconds. */
const READ_WITHIN_MS = 2_000

/**
 * The turns of a run of this machine that is gone: until they are ended they are renewed, so that no other run begins while its faults are being
 * undone. Never rejects; a turn that cannot be read ends by itself.
 */
export async function adoptTurns(
  system: Placed,
  { runPid, clusterOf }: { runPid: number; clusterOf(place: ClusterPlace): Pick<Cluster, 'request'> },
): Promise<Turn[]> {
  const adopted = placesOf(system).map((place) => adoptIn(place, runPid, clusterOf(place)).catch(() => undefined))
  return (await Promise.all(adopted)).flatMap((turn) => turn ?? [])
}

async function adoptIn(
  { namespace }: NamespacePlace,
  runPid: number,
  cluster: Pick<Cluster, 'request'>,
): Promise<Turn | undefined> {
  const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases', name: TURN_LEASE })
  const lease = await cluster.request<TurnLease>({ path, timeoutMs: READ_WITHIN_MS })
  const { pid, host } = holderOf(lease) ?? {}
  return pid === runPid && host === hostname() ? new HeldTurn({ cluster, namespace, path }, lease) : undefined
}
