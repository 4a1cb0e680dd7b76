import { setMaxListeners } from 'node:events'
import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import { isSelector, type Prometheus } from '../../probes/prometheus.ts'
import type { SystemUnderDrill } from '../system.ts'
import { within } from '../within.ts'
import type { Observations, WatchedMetric } from './observations.ts'
import { POLL_MS, STEADY_POLL_MS } from './poll-intervals.ts'
import type { SourceHealth } from './source-health.ts'
import type { SteadyCheck } from './steady-checks.ts'

/** Bound of one look at the monitoring, in milliseconds. */
const LOOK_TIMEOUT_MS = 1_000

/** Added to the window of a range query, in milliseconds: the clocks of two processes are not read at the same moment. */
const WINDOW_SLACK_MS = 1_000

export interface WatchOptions {
  system: Pick<SystemUnderDrill, 'incidents'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
  observations: Observations
  health: SourceHealth
}

export interface Watch {
  /** Reads the samples of ALERTS since `fromMs`, for alerts that came and went between two looks. */
  sweep(fromMs: number): Promise<void>
  /** Resolves when nothing is asked any more. Safe to call twice. */
  stop(): Promise<void>
}

/** Looks at everything at once, again and again, until it is stopped. A look that fails is noted and tried again. */
export function startWatch({ system, prometheus, alertmanager, checks, observations, health }: WatchOptions): Watch {
  const stopping = new AbortController()
  const { signal } = stopping
  // Every loop listens.
  setMaxListeners(0, signal)
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }

  async function repeat(everyMs: number, look: () => Promise<boolean | undefined>, source?: string): Promise<void> {
    while (!signal.aborted) {
      const startedMs = performance.now()
      let finished: boolean | undefined
      try {
        finished = await look()
        if (source !== undefined) health.answered(source, Date.now())
      } catch (error) {
        if (signal.aborted) return
        if (source !== undefined) health.failed(source, Date.now(), messageOf(error))
      }
      if (finished === true) return
      await sleep(Math.max(1, everyMs - (performance.now() - startedMs)), signal).catch(() => undefined)
    }
  }

  async function lookAtMetric(metric: WatchedMetric): Promise<boolean> {
    if (isSelector(metric.metric)) {
      const windowMs = Date.now() - metric.afterMs + WINDOW_SLACK_MS
      observations.addSamples(metric, await prometheus.samples(metric.metric, windowMs, bounded))
    } else {
      const samples = await prometheus.query(metric.metric, bounded)
      observations.addSamples(
        metric,
        samples.map(({ labels, ...sample }) => ({ labels, samples: [sample] })),
      )
    }
    return metric.hit !== undefined
  }

  const loops = [
    ...checks.map((check) =>
      repeat(STEADY_POLL_MS, async () => {
        observations.steady.add(await check.look(signal))
        return false
      }),
    ),
    ...observations.metrics.map((metric) => repeat(POLL_MS, () => lookAtMetric(metric))),
    repeat(
      POLL_MS,
      async () => {
        observations.addRuleAlerts(await prometheus.alerts(bounded), Date.now())
        return false
      },
      'prometheus',
    ),
    repeat(
      POLL_MS,
      async () => {
        observations.addHeldAlerts(await alertmanager.alerts(bounded))
        return false
      },
      'alertmanager',
    ),
    repeat(
      POLL_MS,
      async () => {
        observations.incidents = await within(LOOK_TIMEOUT_MS, 'the incidents', system.incidents(), signal)
        return false
      },
      'responder',
    ),
  ]

  return {
    async sweep(fromMs) {
      const windowMs = Date.now() - fromMs + WINDOW_SLACK_MS
      const series = await prometheus.samples('ALERTS', windowMs, { timeoutMs: LOOK_TIMEOUT_MS })
      observations.addAlertSamples(series, fromMs)
    },
    async stop() {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}
