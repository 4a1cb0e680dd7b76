import type { Cluster } from '../../../kubernetes/cluster.ts'
import { listAll } from '../../../kubernetes/lists.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import { carryOut, removeLease } from './carry-out.ts'
import { objectText } from './changed-object.ts'
import { COORDINATION, recordOf, UNDO_LABEL, type UndoLease, type UndoRecord } from './undo-record.ts'

/** Changes that are in force, or were left by a run that was killed. */

/** A change whose undo stands in a Lease. */
export interface LeftChange {
  lease: string
  namespace: string
  /** Who made it: "firedrill on build-7, pid 4711". */
  holder: string
  /** `undefined` where the Lease has no record that can be read. */
  record: UndoRecord | undefined
}

/** The changes of objects of a namespace. @throws what a request throws */
export async function leftIn(cluster: Pick<Cluster, 'request'>, namespace: string): Promise<LeftChange[]> {
  const path = resourcePath({ api: COORDINATION, namespace, resource: 'leases' })
  const leases = await listAll<UndoLease>(cluster, { path, query: { labelSelector: UNDO_LABEL } })
  return leases.map((lease) => ({
    lease: lease.metadata.name,
    namespace,
    holder: lease.spec.holderIdentity ?? 'unknown',
    record: sameNamespace(recordOf(lease), namespace),
  }))
}

/** For people: "bad-image of deployment/checkout in shop, made by firedrill on build-7, pid 4711". */
export function leftText({ lease, namespace, holder, record }: LeftChange): string {
  if (record === undefined) return `Lease ${lease} in ${namespace}, which has no record that can be read`
  return `${record.fault} of ${objectText(record.object)} (${record.what}), made by ${holder}`
}

/** Puts a change back, no matter who has made it. @throws what a request throws */
export async function undoLeft(
  cluster: Pick<Cluster, 'request'>,
  { lease, namespace, record }: LeftChange,
): Promise<{ changed: boolean; detail: string }> {
  if (record !== undefined) return carryOut(cluster, record, lease)
  await removeLease(cluster, namespace, lease)
  return { changed: false, detail: `Lease ${lease} had no record that can be read, and is removed` }
}

/** Who may write a Lease in one namespace must not reach another one through it. */
function sameNamespace(record: UndoRecord | undefined, namespace: string): UndoRecord | undefined {
  return record?.object.namespace === namespace ? record : undefined
}
