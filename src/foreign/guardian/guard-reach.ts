import type { FaultReach } from '../../api/injector/active-faults.ts'
import { besideReplica } from '../beside/beside-replica.ts'
import { faultHostOf } from '../file/foreign-names.ts'
import type { ForeignSystem } from '../file/foreign-system.ts'
import type { ForeignRuntime } from '../foreign-runtime.ts'
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
  runtime: Pick<ForeignRuntime, 'local'>,
  env: NodeJS.ProcessEnv = process.env,
): GuardReach {
  const { origin, token } = proxyAccess(system, env)
  const disks = new Map<string, string | undefined>(
    system.services.flatMap(({ name, urls, disk }) =>
      urls.map((_, index): [string, string | undefined] => [`${name}-${index + 1}`, disk]),
    ),
  )
  return {
    host: faultHostOf(system),
    tokenOf: (part) => (part === PROXY ? token : ''),
    originOf: (part) => (part === PROXY ? origin : undefined),
    besideOf: (replica) => besideReplica(replica, { here: () => runtime.local(replica), disk: disks.get(replica) }),
  }
}
