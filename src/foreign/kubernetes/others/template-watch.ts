import type { PodSpec, Workload } from '../../../kubernetes/objects.ts'
import { UNDO_ANNOTATION } from '../undo/undo-record.ts'

/**
 * Notices that somebody else has changed what the pods of a workload run. What a fault of ours sets counts as ours, and so does what was
 * there before: a rollback is a repair. A rollout of the same pods, as a restart makes it, changes nothing.
 */
export class TemplateWatch {
  readonly #known = new Set<string>()
  readonly #hints = new Set<string>()
  #last: PodSpec | undefined

  /** What has changed, for people; `undefined` when nothing has that counts. Each change is returned once. */
  look({ metadata, spec }: Workload): string | undefined {
    const { spec: pods } = spec.template
    const before = this.#last
    this.#last = pods
    const hint = metadata.annotations?.[UNDO_ANNOTATION]
    const isOurs = before === undefined || (hint !== undefined && !this.#hints.has(hint))
    if (hint !== undefined) this.#hints.add(hint)
    const text = JSON.stringify(pods)
    if (this.#known.has(text)) return undefined
    this.#known.add(text)
    return isOurs ? undefined : whatChanged(before, pods)
  }
}

function whatChanged(before: PodSpec, now: PodSpec): string {
  const images = now.containers.flatMap(({ name, image }) => {
    const old = before.containers.find((container) => container.name === name)
    return old === undefined || old.image === image ? [] : [`image of ${name}: ${image} instead of ${old.image}`]
  })
  return images.length > 0 ? images.join(', ') : 'its template is another one'
}
