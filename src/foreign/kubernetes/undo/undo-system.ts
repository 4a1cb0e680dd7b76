import { FiredrillError, messageOf } from '../../../base/errors.ts'
import { foreignErrors } from '../../errors.ts'
import type { ForeignSystem } from '../../file/foreign-system.ts'
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
 * @throws what the first request of a cluster throws
 */
export async function undoSystem(
  system: Pick<ForeignSystem, 'services'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<UndoneChange[]> {
  return withLeft(system, env, async (clusterOf, left) => {
    const undone: UndoneChange[] = []
    for (const one of left) {
      const what = leftText(one)
      undone.push(
        await undoLeft(clusterOf(one), one).then(
          (result) => ({ what, ...result }),
          (error: unknown) => ({ what, changed: undefined, detail: messageOf(error) }),
        ),
      )
    }
    return undone
  })
}

/** @throws FD_FOREIGN_LEFT_BEHIND while a change is in force in a namespace of the system */
export async function refuseLeftBehind(
  system: Pick<ForeignSystem, 'services' | 'file'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const texts = await withLeft(system, env, async (_, left) => left.map(leftText)).catch((error: unknown) => {
    // Without the right to read Leases it can have made none either.
    if (error instanceof FiredrillError && error.code === 'FD_KUBERNETES_FORBIDDEN') return []
    throw error
  })
  if (texts.length === 0) return
  throw foreignErrors.error('FD_FOREIGN_LEFT_BEHIND', {
    message: `a fault of another run is in force, or was left: ${texts.join('; ')}`,
    where: system.file,
    next: `firedrill system undo ${system.file}`,
  })
}

async function withLeft<T>(
  { services }: Pick<ForeignSystem, 'services'>,
  env: NodeJS.ProcessEnv,
  act: (clusterOf: (left: PlacedChange) => ReturnType<Clusters['of']>, left: readonly PlacedChange[]) => Promise<T>,
): Promise<T> {
  const clusters = new Clusters(env)
  try {
    const left: PlacedChange[] = []
    for (const place of placesOf(services)) {
      for (const one of await leftIn(clusters.of(place), place.namespace)) left.push({ ...one, context: place.context })
    }
    return await act(({ context }) => clusters.of({ context }), left)
  } finally {
    await clusters.close()
  }
}

type PlacedChange = LeftChange & { context: string | undefined }

/** Each namespace of each cluster once. */
function placesOf(services: ForeignSystem['services']): { context: string | undefined; namespace: string }[] {
  const places = services.flatMap(({ run }) =>
    run.kind === 'kubernetes' ? [{ context: run.cluster.context, namespace: run.workload.namespace }] : [],
  )
  return [...new Map(places.map((place) => [JSON.stringify([place.context, place.namespace]), place])).values()]
}
