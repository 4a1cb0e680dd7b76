import type { Cluster } from '../../../kubernetes/cluster.ts'
import type { Workload } from '../../../kubernetes/objects.ts'
import type { RuntimeEvent } from '../../../runtimes/runtime.ts'
import { type WorkloadPlace, workloadText } from '../workload.ts'
import { type OwnScale, ReplicasWatch } from './replicas-watch.ts'
import { TemplateWatch } from './template-watch.ts'
import { whoScales } from './who-scales.ts'

/** Notices what others change in a workload during a run: what its pods run, and how many there are. */
export class OthersWatch {
  readonly #template = new TemplateWatch()
  readonly #numbers = new ReplicasWatch()
  readonly #cluster: Pick<Cluster, 'request'>
  readonly #place: WorkloadPlace
  readonly #record: (kind: RuntimeEvent['kind'], detail: string) => void

  /** `record` is called with each change, for people. */
  constructor(
    { cluster, place }: { cluster: Pick<Cluster, 'request'>; place: WorkloadPlace },
    record: (kind: RuntimeEvent['kind'], detail: string) => void,
  ) {
    this.#cluster = cluster
    this.#place = place
    this.#record = record
  }

  /** The workload is scaled so here, until what is returned is called: nobody else does it. */
  sets(scale: OwnScale): () => void {
    return this.#numbers.sets(scale)
  }

  /** Compares with the look before. Never rejects. */
  async look(workload: Workload): Promise<void> {
    const changed = this.#template.look(workload)
    if (changed !== undefined) this.#record('redeployed', `${workloadText(this.#place)}: ${changed}`)
    // How many pods a DaemonSet has is a matter of the nodes.
    const rescaled = this.#place.kind === 'daemonset' ? undefined : this.#numbers.look(workload)
    if (rescaled !== undefined) this.#record('rescaled', await whoScales(this.#cluster, this.#place, rescaled))
  }
}
