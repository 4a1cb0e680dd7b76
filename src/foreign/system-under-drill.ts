import { defined } from '../base/defined.ts'
import type { Confirmation } from '../drills/journal/schema/safety.ts'
import type { SystemUnderDrill } from '../drills/system.ts'
import type { Receiver } from '../receiver/receiver.ts'
import { type EndingReplica, runtimeErrors } from '../runtimes/runtime.ts'
import { LIVE_PROFILE } from '../stack/profile.ts'
import { faultsWithin } from './faults-within.ts'
import { type ForeignSystem, targetLabelsOf } from './file/foreign-system.ts'
import type { Guard } from './guardian/guard.ts'
import { openMonitoring, serviceDoors } from './monitoring/monitoring.ts'
import { type Clocks, readClocks } from './monitoring/read-clocks.ts'

/** A system that is not Firedrill's own, as a drill uses it: its own monitoring, and the guardian of its processes. */
export function foreignSystemUnderDrill(
  system: ForeignSystem,
  guard: Guard,
  { version, confirmed, receiver, env = process.env }: ForeignDrillOptions,
): SystemUnderDrill {
  const { prometheus, alertmanager, access } = openMonitoring(system, env)
  const doors = serviceDoors(system.services, env)
  let clocks: { read: Promise<Clocks>; atMs: number } | undefined
  return {
    describe: async () => {
      // The next drill of a series may find another configuration.
      if (clocks === undefined || performance.now() - clocks.atMs > CLOCKS_LAST_MS) {
        clocks = { read: readClocks({ prometheus, alertmanager }, system), atMs: performance.now() }
      }
      // Clocks that could not be read are read again at the next drill.
      clocks.read.catch(() => {
        clocks = undefined
      })
      const [read, { services, lastSequence }] = await Promise.all([clocks.read, guard.describe()])
      const { timing, versions, alertLabels, unknown } = read
      return {
        stackId: system.name,
        runtime: 'foreign',
        profile: LIVE_PROFILE,
        versions: { firedrill: version, node: process.versions.node, ...versions },
        endpoints: { prometheus: system.prometheus.url, alertmanager: system.alertmanager.url },
        access: { ...access, prometheus: { ...access.prometheus, alertLabels }, doors },
        unknown,
        timing,
        alerts: system.alerts,
        targets: Object.fromEntries(system.services.map((service) => [service.name, targetLabelsOf(service)])),
        services,
        safety: { ...system.safety, ...defined({ confirmed }) },
        lastSequence,
      }
    },
    ...faultsWithin(system, guard),
    ...(system.services.some(({ run }) => run.kind === 'kubernetes')
      ? { ...IN_PODS, ending: () => endingIn(guard) }
      : {}),
    configure: async (service) => {
      throw cannot(service, 'configured')
    },
    // The guardian scales back what it has scaled, however this process ends.
    lease: async () => ({ settle: async () => undefined, drop: () => undefined }),
    events: (afterSequence) => guard.events(afterSequence),
    // No responder of ours receives its alerts.
    incidents: async () => [],
    limits: async () => [],
    ...(receiver === undefined ? {} : { received: (sinceMs, signal) => receiver.received(sinceMs, signal) }),
  }
}

interface ForeignDrillOptions {
  /** Of Firedrill. */
  version: string
  /** Where copies of the notifications arrive. */
  receiver?: Receiver | undefined
  /** How a person has named the environment. */
  confirmed?: Confirmation | undefined
  env?: NodeJS.ProcessEnv
}

async function endingIn(guard: Pick<Guard, 'describe'>): Promise<EndingReplica[]> {
  const { services } = await guard.describe()
  return services.flatMap(({ ending = [] }) => ending)
}

function cannot(service: string, what: string) {
  return runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
    message: `${service} cannot be ${what}: firedrill.yaml does not define how`,
  })
}

/** A rollout that makes no progress gives up after ten minutes; the Job that undoes a fault says within 90 s why it does not start. */
const IN_PODS = { changesWithinMs: 11 * 60_000, injectsWithinMs: 120_000 }

/** How long clocks that were read count, in milliseconds. */
const CLOCKS_LAST_MS = 60_000
