import type { FaultReach } from '../../api/injector/active-faults.ts'
import { besideReplica } from '../beside/beside-replica.ts'
import { faultHostOf } from '../file/foreign-names.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import { DEFAULT_PROGRAMS } from '../file/kubernetes/pod-programs.ts'
import type { ForeignRuntime } from '../foreign-runtime.ts'
import { oneNamespace } from '../kubernetes/faults/one-namespace.ts'
import { workloadSubject } from '../kubernetes/faults/workload-subject.ts'
import { linkSubject } from '../kubernetes/links/link-subject.ts'
import { mainContainerOf } from '../kubernetes/workload.ts'
import { proxyAccess } from '../links/proxy-access.ts'

/** What the guardian gives to faults beside the runtime. */

/** The name by which faults ask for the fault proxy. */
const PROXY = 'proxy'

/** How faults reach a system that is not ours: beside its processes, and through the proxy of its links. */
export interface GuardReach extends FaultReach {
  /** What a part asks for: the fault proxy its token, all others nothing. */
  tokenOf(part: string): string
}

/** @throws FD_FOREIGN_INVALID when the token of the proxy is not in the environment */
export function guardReach(
  system: ForeignSystem,
  runtime: Pick<ForeignRuntime, 'local' | 'workload' | 'clusterOf'>,
  env: NodeJS.ProcessEnv = process.env,
): GuardReach {
  const { origin, token } = proxyAccess(system, env)
  const enter = oneNamespace()
  const disks = new Map<string, string | undefined>(
    system.services.flatMap(({ name, urls, disk }) =>
      urls.map((_, index): [string, string | undefined] => [`${name}-${index + 1}`, disk]),
    ),
  )
  return {
    host: faultHostOf(system),
    tokenOf: (part) => (part === PROXY ? token : ''),
    originOf: (part) => (part === PROXY ? origin : undefined),
    workloadOf: ({ service, replica }) => {
      const { run } = system.services.find(({ name }) => name === service) ?? {}
      const workload = runtime.workload(service)
      if (run?.kind !== 'kubernetes' || workload === undefined) return undefined
      const { allow = [], programs = DEFAULT_PROGRAMS } = run
      const { cluster, place, workload: object } = workload.watch
      const container = run.container ?? (object === undefined ? undefined : mainContainerOf(object))
      const pod = async () => {
        await workload.watch.fresh()
        return workload.podOf(replica)
      }
      return workloadSubject({
        ...{ cluster, place, container, allow, programs, pod, enter },
        asFault: (act) => workload.watchAs('fault', act),
        scales: (scale) => workload.scales(scale),
        see: () => workload.see(),
      })
    },
    linkOf: (name) => {
      const link = system.serviceLinks.find((one) => one.name === name)
      if (link === undefined) return undefined
      const { namespace, service, allow = [], programs = DEFAULT_PROGRAMS } = link
      return linkSubject({ cluster: runtime.clusterOf(link.cluster), namespace, service, allow, programs, enter })
    },
    besideOf: (replica) => besideReplica(replica, { here: () => runtime.local(replica), disk: disks.get(replica) }),
  }
}
