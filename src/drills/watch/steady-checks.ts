import { defined } from '../../base/defined.ts'
import { messageOf } from '../../base/errors.ts'
import { formatRatio } from '../../base/units/ratio.ts'
import { holds } from '../../probes/comparison.ts'
import { probeHttp } from '../../probes/http.ts'
import type { Prometheus, Sample } from '../../probes/prometheus.ts'
import { series, sliSeries } from '../../slo/series.ts'
import { currentWindowMs } from '../../slo/windows.ts'
import { drillErrors } from '../errors.ts'
import { type MetricCheck, metricText } from '../evidence/expected.ts'
import type { SteadyObservation } from '../evidence/steady-record.ts'
import type { Drill, SteadyProbe } from '../file/drill.ts'
import type { SystemDescription } from '../system.ts'
import { type HttpProbe, judgeAnswer } from './http-answer.ts'

/** The steady state of a drill, as checks that can be run. */

/** Bound of one look, in milliseconds: a service that takes longer to answer that it is ready counts as not ready. */
const LOOK_TIMEOUT_MS = 1_000

/** One thing of the steady state that can be looked at. `look` rejects only when the signal is aborted. */
export interface SteadyCheck {
  name: string
  look(signal?: AbortSignal): Promise<SteadyObservation>
}

/** The drill's steady state as checks: an HTTP probe becomes one a replica, as they are when the drill begins. */
export function steadyChecks(drill: Drill, description: SystemDescription, prometheus: Prometheus): SteadyCheck[] {
  return drill.steadyState.flatMap((probe) => {
    if (probe.kind === 'http') return httpChecks(probe, description)
    return [probe.kind === 'metric' ? metricCheck(probe, prometheus) : objectiveCheck(probe, prometheus)]
  })
}

function httpChecks(probe: HttpProbe, description: SystemDescription): SteadyCheck[] {
  const door = description.access?.doors?.[probe.service]
  return asked(originsOf(description, probe.service), probe.service).map(({ replica, origin }) => {
    const name = `${replica} ${probe.path}`
    return {
      name,
      async look(signal) {
        const wantsBody = probe.body !== undefined
        const options = { timeoutMs: LOOK_TIMEOUT_MS, signal, wantsBody, door }
        const seen = await probeHttp(`${origin}${probe.path}`, options)
        const { startedAtMs, endedAtMs } = seen
        return { probe: name, ...judgeAnswer(probe, seen), startedAtMs, endedAtMs }
      },
    }
  })
}

/** Replicas that are all behind one URL are asked once, as the service: which of them answers nobody knows. */
function asked(replicas: readonly ReplicaOrigin[], service: string): readonly ReplicaOrigin[] {
  const [first, ...others] = replicas
  const isShared = first !== undefined && others.length > 0 && others.every(({ origin }) => origin === first.origin)
  return isShared ? [{ replica: service, origin: first.origin }] : replicas
}

/** Whether a probe of a service asks each of its replicas by itself. */
export function asksEachReplica(description: Pick<SystemDescription, 'services'>, service: string): boolean {
  const replicas = originsOf(description, service)
  return asked(replicas, service).length === replicas.length
}

/** The objective's short window. Without traffic there is nothing to judge, and nothing is wrong. */
function objectiveCheck({ objective }: SteadyProbe & { kind: 'objective' }, prometheus: Prometheus): SteadyCheck {
  const name = `objective ${objective}`
  const selector = `{sloth_id=${JSON.stringify(objective)}}`
  // Of the groups of an objective (`sum by (host)`) the worst one; a group without traffic is NaN, which max() passes over.
  const worst = `max by (sloth_id) (${sliSeries(currentWindowMs)}${selector})`
  const expression = `${worst} / on (sloth_id) ${series.budget}${selector}`
  return queryCheck({ name, expression, prometheus }, (samples) => {
    const burn = samples[0]?.value ?? Number.NaN
    if (!Number.isFinite(burn)) return ['good', 'not enough data']
    const text = `${formatRatio(burn)} of what may fail fails`
    return [burn <= 1 ? 'good' : 'bad', text]
  })
}

function metricCheck(check: MetricCheck, prometheus: Prometheus): SteadyCheck {
  return queryCheck({ name: metricText(check), expression: check.metric, prometheus }, (samples) => {
    if (samples.length === 0) return ['bad', 'no value']
    const wrong = samples.find(({ value }) => !holds(check.is, value))
    return wrong === undefined ? ['good', 'as it must be'] : ['bad', `is ${wrong.value}`]
  })
}

function queryCheck(
  { name, expression, prometheus }: { name: string; expression: string; prometheus: Prometheus },
  judge: (samples: readonly Sample[]) => [SteadyObservation['state'], string],
): SteadyCheck {
  return {
    name,
    async look(signal) {
      const startedAtMs = Date.now()
      const observe = (state: SteadyObservation['state'], detail: string, asOfMs?: number): SteadyObservation => {
        return { probe: name, state, startedAtMs, endedAtMs: Date.now(), detail, ...defined({ asOfMs }) }
      }
      try {
        const { samples, asOfMs } = await prometheus.queryAsOf(expression, { timeoutMs: LOOK_TIMEOUT_MS, signal })
        return observe(...judge(samples), asOfMs)
      } catch (error) {
        signal?.throwIfAborted()
        return observe('unknown', messageOf(error))
      }
    },
  }
}

export interface ReplicaOrigin {
  replica: string
  origin: string
}

/** Where the replicas of a service listen. @throws FD_DRILL_STACK when there is no such service, or it has no replica. */
export function originsOf({ services }: Pick<SystemDescription, 'services'>, service: string): ReplicaOrigin[] {
  const replicas = services.find(({ name }) => name === service)?.replicas ?? []
  if (replicas.length > 0) {
    return replicas.map(({ id, address, origin }) => ({
      replica: id,
      origin: origin ?? `http://${address.host}:${address.port}`,
    }))
  }
  throw drillErrors.error('FD_DRILL_STACK', {
    message: `the stack has no running service "${service}"`,
    expected: services.length === 0 ? 'a stack with services' : `one of ${services.map(({ name }) => name).join(', ')}`,
    next: 'correct the drill, or start the stack with: firedrill up',
  })
}
