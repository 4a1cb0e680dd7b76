import { FiredrillError, messageOf } from '../../../base/errors.ts'
import type { Cluster } from '../../../kubernetes/cluster.ts'
import { foreignErrors } from '../../errors.ts'
import type { ForeignSystem } from '../../file/foreign-system.ts'
import { type NamespacePlace, type Placed, placesOf } from '../../file/kubernetes/places-of.ts'
import { Clusters } from '../clusters.ts'
import { type LeftChange, leftIn, leftText, undoLeft } from './left-behind.ts'

/** Finds and undoes what faults have changed in the clusters of a system. */

/** What became of a change that was left. */
export interface UndoneChange {
  what: string
  /** Whether there was still something to put back; `undefined` where that has failed. */
  changed: boolean | undefined
  detail: string
}

/**
 * Puts back every change that is in force in the namespaces of a system, those of a run that is under way among them: its faults end then.
 * A namespace that cannot be asked does not keep the others from that.
 */
export async function undoSystem(
  system: Placed,
  clusters: OpenClusters = new Clusters(process.env),
): Promise<UndoneChange[]> {
  return inEachPlace(system, clusters, async (cluster, { namespace }) => {
    const undone: UndoneChange[] = []
    try {
      for (const left of await leftIn(cluster, namespace)) undone.push(await undoOne(cluster, left))
    } catch (error) {
      const what = `changes in ${namespace} of ${cluster.description}`
      undone.push({ what, changed: undefined, detail: messageOf(error) })
    }
    return undone
  })
}

async function undoOne(cluster: Cluster, left: LeftChange): Promise<UndoneChange> {
  const what = leftText(left)
  return undoLeft(cluster, left).then(
    (result) => ({ what, ...result }),
    (error: unknown) => ({ what, changed: undefined, detail: messageOf(error) }),
  )
}

/** @throws FD_FOREIGN_LEFT_BEHIND while a change is in force in a namespace of the system */
export async function refuseLeftBehind(
  system: Placed & Pick<ForeignSystem, 'file'>,
  clusters: OpenClusters = new Clusters(process.env),
): Promise<void> {
  const texts = await inEachPlace(system, clusters, (cluster, { namespace }) =>
    leftIn(cluster, namespace).then(
      (left) => left.map(leftText),
      (error: unknown) => {
        // Without the right to read Leases there it can have made none either.
        if (error instanceof FiredrillError && error.code === 'FD_KUBERNETES_FORBIDDEN') return []
        throw error
      },
    ),
  )
  if (texts.length === 0) return
  throw foreignErrors.error('FD_FOREIGN_LEFT_BEHIND', {
    message: `a fault of another run is in force, or was left: ${texts.join('; ')}`,
    where: system.file,
    next: `firedrill system undo ${system.file}`,
  })
}

/** What is found in each namespace of each cluster, together. */
async function inEachPlace<T>(
  system: Placed,
  clusters: OpenClusters,
  look: (cluster: Cluster, place: NamespacePlace) => Promise<T[]>,
): Promise<T[]> {
  try {
    const found: T[] = []
    for (const place of placesOf(system)) found.push(...(await look(clusters.of(place), place)))
    return found
  } finally {
    await clusters.close()
  }
}

/** Closed in the end. */
type OpenClusters = Pick<Clusters, 'of' | 'close'>
