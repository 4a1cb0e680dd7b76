import { isObject } from '../../../base/is-object.ts'
import type { Workload } from '../../../kubernetes/objects.ts'

/**
 * Notices that somebody else has changed how many replicas a workload has. What a fault or an action of ours sets counts as ours while it is
 * in force, and so does the number from before: to scale back to that is a repair.
 */
export class ReplicasWatch {
  #last: Seen | undefined
  #ours: (OwnScale & { isOver: boolean })[] = []

  /** That is done here from now on, until what is returned is called; a look that is under way then may still show it. */
  sets(scale: OwnScale): () => void {
    const own = { ...scale, isOver: false }
    this.#ours.push(own)
    return () => {
      own.isOver = true
    }
  }

  /** What somebody else has done since the last look; `undefined` when that is nothing. */
  look(workload: Workload): Rescaled | undefined {
    const { replicas = 1 } = workload.spec
    const before = this.#last
    const written = writtenBy(workload)
    this.#last = { replicas, written }
    const isOurs = this.#ours.some(({ from, to }) => replicas === from || replicas === to)
    this.#ours = this.#ours.filter(({ to, isOver }) => !isOver || to === replicas)
    if (before === undefined || before.replicas === replicas || isOurs) return undefined
    const isNew = written !== undefined && written.key !== before.written?.key
    return { from: before.replicas, to: replicas, by: isNew ? written.manager : undefined }
  }
}

/** Another number of replicas that a fault or an action sets, and the one from before. */
export interface OwnScale {
  from: number
  to: number
}

/** Another number of replicas, set by somebody else. */
export interface Rescaled {
  from: number
  to: number
  /** The program that has written it, by the name that it gives itself: "kubectl". Older clusters do not record that. */
  by: string | undefined
}

interface Seen {
  replicas: number
  written: Writer | undefined
}

interface Writer {
  manager: string
  /** Another one for each time that it has written the number. */
  key: string
}

/** Who has written the number last, as the API server records it. */
function writtenBy({ metadata: { managedFields = [] } }: Workload): Writer | undefined {
  const writers = managedFields.filter(({ fieldsV1 }) => {
    const spec = isObject(fieldsV1) ? fieldsV1['f:spec'] : undefined
    return isObject(spec) && spec['f:replicas'] !== undefined
  })
  const [last] = writers.sort((a, b) => (b.time ?? '').localeCompare(a.time ?? ''))
  return last?.manager === undefined ? undefined : { manager: last.manager, key: `${last.manager} ${last.time}` }
}
