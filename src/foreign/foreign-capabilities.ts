import type { Capabilities } from '../runtimes/runtime.ts'
import type { ForeignService } from './file/foreign-system.ts'

/** What can be done to a system that is not ours: signals to its processes and containers, other numbers of pods to its workloads. */
export function capabilitiesOf(services: readonly Pick<ForeignService, 'run'>[]): Capabilities {
  return { canKill: true, canPause: true, canScale: services.some(({ run }) => run.kind === 'kubernetes') }
}
