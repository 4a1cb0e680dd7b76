import { messageOf } from '../base/errors.ts'
import { formatComparison, holds } from '../probes/comparison.ts'
import { probeHttp } from '../probes/http.ts'
import type { Prometheus } from '../probes/prometheus.ts'
import type { Drill, SteadyProbe } from './drill.ts'
import { drillErrors } from './errors.ts'
import type { SteadyObservation } from './steady-record.ts'
import type { SystemDescription } from './system.ts'

/** Bound of one look, in milliseconds: a service that takes longer to say that it is ready is not. */
const LOOK_TIMEOUT_MS = 1_000

/** One thing of the steady state that can be looked at. `look` rejects only when the signal is aborted. */
export interface SteadyCheck {
  name: string
  look(signal?: AbortSignal): Promise<SteadyObservation>
}

/** The drill's steady state as checks: an HTTP probe becomes one a replica, as they are when the drill begins. */
export function steadyChecks(drill: Drill, description: SystemDescription, prometheus: Prometheus): SteadyCheck[] {
  return drill.steadyState.flatMap((probe) =>
    probe.kind === 'http' ? httpChecks(probe, description) : [metricCheck(probe, prometheus)],
  )
}

function httpChecks(
  { service, path, status }: SteadyProbe & { kind: 'http' },
  description: SystemDescription,
): SteadyCheck[] {
  return originsOf(description, service).map(({ replica, origin }) => {
    const name = `${replica} ${path}`
    return {
      name,
      async look(signal) {
        const seen = await probeHttp(`${origin}${path}`, { timeoutMs: LOOK_TIMEOUT_MS, signal })
        const detail = seen.status === undefined ? (seen.error ?? 'no answer') : `answered ${seen.status}`
        const { startedAtMs, endedAtMs } = seen
        return { probe: name, state: seen.status === status ? 'good' : 'bad', startedAtMs, endedAtMs, detail }
      },
    }
  })
}

function metricCheck({ metric, is }: SteadyProbe & { kind: 'metric' }, prometheus: Prometheus): SteadyCheck {
  const name = `${metric} ${formatComparison(is)}`
  return {
    name,
    async look(signal) {
      const startedAtMs = Date.now()
      const observe = (state: SteadyObservation['state'], detail: string): SteadyObservation => {
        return { probe: name, state, startedAtMs, endedAtMs: Date.now(), detail }
      }
      try {
        const samples = await prometheus.query(metric, { timeoutMs: LOOK_TIMEOUT_MS, signal })
        if (samples.length === 0) return observe('bad', 'no value')
        const wrong = samples.find(({ value }) => !holds(is, value))
        return wrong === undefined ? observe('good', 'as it must be') : observe('bad', `is ${wrong.value}`)
      } catch (error) {
        signal?.throwIfAborted()
        return observe('unknown', messageOf(error))
      }
    },
  }
}

/** Where the replicas of a service listen. @throws FD_DRILL_STACK when there is no such service, or it has no replica. */
export function originsOf(
  { services }: Pick<SystemDescription, 'services'>,
  service: string,
): { replica: string; origin: string }[] {
  const replicas = services.find(({ name }) => name === service)?.replicas ?? []
  if (replicas.length > 0) {
    return replicas.map(({ id, address }) => ({ replica: id, origin: `http://${address.host}:${address.port}` }))
  }
  throw drillErrors.error('FD_DRILL_STACK', {
    message: `the stack has no running service "${service}"`,
    expected: services.length === 0 ? 'a stack with services' : `one of ${services.map(({ name }) => name).join(', ')}`,
    next: 'correct the drill, or start the stack with: firedrill up',
  })
}
