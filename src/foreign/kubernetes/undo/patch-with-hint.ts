import { faultErrors } from '../../../faults/errors.ts'
import type { PatchStep } from '../../../faults/workload.ts'
import { httpStatusOf } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import type { ObjectChange, ObjectPlace } from './change-object.ts'
import { objectPath, objectText } from './changed-object.ts'
import { valueAt } from './patch/tests-hold.ts'
import { UNDO_ANNOTATION } from './undo-record.ts'

/** How an object is changed, so that nothing of others is replaced. */

/** The API server answers so to a patch one of whose tests fails. */
const UNPROCESSABLE = 422
/** How often a patch is sent whose tests fail: the object may have changed since it was read. */
const MOST_ATTEMPTS = 3

/**
 * The patch of an object, with what it says to people in one: a Deployment copies annotations to the ReplicaSet of the moment. What somebody
 * else has put where this would add something stays: then nothing is changed.
 */
export function patchWithHint(
  { cluster, object }: Pick<ObjectPlace, 'cluster' | 'object'>,
  { metadata: { uid } }: KubernetesObject,
  patch: readonly PatchStep[],
): Pick<ObjectChange, 'act' | 'patch'> {
  const path = objectPath(object)
  const send = async (hint: string) => {
    const now = await cluster.request<KubernetesObject>({ path })
    const steps = [...patch, hintStep(now, hint)]
    const added = steps.filter(addsField)
    if (added.some((step) => valueAt(now, step.path) !== undefined)) {
      throw faultErrors.error('FD_FAULT_REFUSED', {
        message: `${objectText(object)} was changed by somebody else at the same moment`,
      })
    }
    const { resourceVersion } = now.metadata
    const body: PatchStep[] = [
      { op: 'test', path: '/metadata/uid', value: uid },
      // A patch cannot test that a field is missing: only that nothing has changed since it was.
      ...(added.length === 0
        ? []
        : [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion } as const]),
      ...steps,
    ]
    return cluster.request<KubernetesObject>({ method: 'PATCH', path, patch: 'json', body })
  }
  const act = async (hint: string): Promise<KubernetesObject> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(hint)
      } catch (error) {
        if (httpStatusOf(error) !== UNPROCESSABLE || attempt === MOST_ATTEMPTS) throw error
      }
    }
  }
  return { act, patch }
}

const HINT = `/metadata/annotations/${UNDO_ANNOTATION.replace('/', '~1')}`

function hintStep({ metadata: { annotations } }: KubernetesObject, hint: string): PatchStep {
  return annotations === undefined
    ? { op: 'add', path: '/metadata/annotations', value: { [UNDO_ANNOTATION]: hint } }
    : { op: 'add', path: HINT, value: hint }
}

/** Whether it would replace what of others is there: an element is put beside the others of its list, and the hint is ours. */
function addsField({ op, path }: PatchStep): boolean {
  return op === 'add' && path !== HINT && !/\/\d+$/.test(path)
}

/** An undo that is of this object: not of another one that has its name meanwhile. */
export function undoOnly({ metadata }: KubernetesObject, undo: readonly PatchStep[]): PatchStep[] {
  return [{ op: 'test', path: '/metadata/uid', value: metadata.uid }, ...undo]
}
