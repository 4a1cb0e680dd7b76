import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import type { RuntimeEvent } from '../../../runtimes/runtime.ts'
import { type WorkloadPlace, workloadText } from '../workload.ts'
import { type OwnScale, ReplicasWatch } from './replicas-watch.ts'
import { TemplateWatch } from './template-watch.ts'
import { AS_PART, whoScales } from './who-scales.ts'

/** Notices what others change in a workload during a run: what its pods run, and how many there are. */
export class OthersWatch {
  readonly #template = new TemplateWatch()
  readonly #numbers = new ReplicasWatch()
  readonly #cluster: Pick<Cluster, 'request'>
  readonly #place: WorkloadPlace
  readonly #autoscaled: boolean
  readonly #record: (change: OthersChange) => void

  /** `autoscaled`: others scale it as part of the system. `record` is called with each change. */
  constructor(
    { cluster, place }: { cluster: Pick<Cluster, 'request'>; place: WorkloadPlace },
    autoscaled: boolean,
    record: (change: OthersChange) => void,
  ) {
    this.#cluster = cluster
    this.#place = place
    this.#autoscaled = autoscaled
    this.#record = record
  }

  /** The workload is scaled so here, until what is returned is called: nobody else does it. */
  sets(scale: OwnScale): () => void {
    return this.#numbers.sets(scale)
  }

  /** Compares with the look before. Never rejects. */
  async look(workload: Workload): Promise<void> {
    const changed = this.#template.look(workload)
    if (changed !== undefined) {
      const detail = `${workloadText(this.#place)}: ${changed}`
      this.#record({ kind: 'redeployed', actor: 'operator', detail })
    }
    // How many pods a DaemonSet has is a matter of the nodes.
    const rescaled = this.#place.kind === 'daemonset' ? undefined : this.#numbers.look(workload)
    if (rescaled === undefined) return
    const { text, isAutoscaler } = await whoScales(this.#cluster, this.#place, rescaled)
    // An autoscaler of the system supervises it, as what restarts its pods does.
    if (this.#autoscaled) this.#record({ kind: 'scaled', actor: 'restart-policy', detail: text })
    else this.#record({ kind: 'rescaled', actor: 'operator', detail: isAutoscaler ? `${text}; ${AS_PART}` : text })
  }
}

/** What somebody else has done; the detail is for people. */
export type OthersChange = Pick<RuntimeEvent, 'kind' | 'actor'> & { detail: string }
