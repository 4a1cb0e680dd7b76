import { setMaxListeners } from 'node:events'
import { messageOf } from '../../base/errors.ts'
import { sleep } from '../../base/wait.ts'
import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { ProbeOptions } from '../../probes/json.ts'
import { type AlertRule, isSelector, type Prometheus } from '../../probes/prometheus.ts'
import type { Observations, WatchedMetric } from '../evidence/observations.ts'
import type { SystemUnderDrill } from '../system.ts'
import { within } from '../within.ts'
import { type Configs, type Configured, ConfigWatch } from './config-watch.ts'
import { POLL_MS, RULES_POLL_MS, START_POLL_MS, STEADY_POLL_MS, STORE_POLL_MS } from './poll-intervals.ts'
import { RuleWatch } from './rule-watch.ts'
import { METRICS_STORE, type SourceHealth } from './source-health.ts'
import { StartWatch } from './start-watch.ts'
import type { SteadyCheck } from './steady-checks.ts'

/** Watches the system while a run goes on. */

/** Bound of one look at the monitoring, in milliseconds. */
const LOOK_TIMEOUT_MS = 1_000

/** Added to the window of a range query, in milliseconds: the clocks of two processes are not read at the same moment. */
const WINDOW_SLACK_MS = 1_000

/** Looks at everything at once, again and again, until it is stopped. A look that fails is recorded and tried again. */
export function startWatch(options: WatchOptions): Watch {
  const { prometheus, observations, health } = options
  return {
    async sweep(fromMs, sinceMs) {
      const windowMs = Date.now() - sinceMs + WINDOW_SLACK_MS
      const series = await prometheus.alertSamples(windowMs, { timeoutMs: LOOK_TIMEOUT_MS })
      observations.addAlertSamples(series, fromMs)
    },
    stop: begin((signal) => looksOf(options, signal), health),
  }
}

/** Watches only what Alertmanager holds, until it is stopped: of alerts that come and go before the whole watch begins. */
export function startHeldWatch(options: HeldLookOptions & Pick<WatchOptions, 'health'>): Pick<Watch, 'stop'> {
  return { stop: begin((signal) => [heldLook(options, signal)], options.health) }
}

/** Begins these looks; the returned function ends them. */
function begin(looks: (signal: AbortSignal) => readonly Look[], health: SourceHealth): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  // Every loop listens.
  setMaxListeners(0, signal)
  const loops = looks(signal).map((look) => repeat(look, health, signal))
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}

interface HeldLookOptions {
  alertmanager: Pick<Alertmanager, 'alerts' | 'silences'>
  observations: Observations
}

export interface WatchOptions {
  system: Pick<SystemUnderDrill, 'incidents' | 'received'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
  observations: Observations
  health: SourceHealth
  /** As they were when the run began. Default: they are not watched. */
  alertRules?: readonly AlertRule[]
  /** As they were when the run began, one for each replica. Default: they are not watched. */
  configs?: { prometheus: Configs; alertmanager: Configs } | undefined
  /** When Prometheus was started, as the gate found it. */
  startedBeforeMs?: number | undefined
}

export interface Watch {
  /**
   * Reads the samples of ALERTS since `fromMs`, for alerts that came and went between two looks. `sinceMs` is before that: since when
   * they may have been active.
   */
  sweep(fromMs: number, sinceMs: number): Promise<void>
  /** Resolves when nothing is looked at any more. Safe to call twice. */
  stop(): Promise<void>
}

/** One thing that is looked at, again and again. */
interface Look {
  everyMs: number
  /** The part of the monitoring whose answers are recorded; missing for what may fail. */
  source?: string
  /** Resolves with true when there is nothing left to look at. */
  look(): Promise<unknown>
}

function looksOf(
  { system, prometheus, alertmanager, checks, observations, startedBeforeMs, ...before }: WatchOptions,
  signal: AbortSignal,
): Look[] {
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  const start = new StartWatch(prometheus, observations, { startedBeforeMs })
  const rules = new RuleWatch(prometheus, observations, before.alertRules ?? [])
  return [
    ...checks.map((check) => ({
      everyMs: STEADY_POLL_MS,
      look: async () => observations.steady.add(await check.look(signal)),
    })),
    ...observations.metrics.map((metric) => ({
      everyMs: POLL_MS,
      look: () => lookAtMetric(metric, { prometheus, observations, bounded }),
    })),
    {
      everyMs: POLL_MS,
      source: 'prometheus',
      look: async () => observations.addRuleAlerts(await prometheus.alerts(bounded), Date.now()),
    },
    heldLook({ alertmanager, observations }, signal),
    { everyMs: START_POLL_MS, look: () => start.look(bounded) },
    { everyMs: RULES_POLL_MS, look: () => rules.look(bounded) },
    ...configLooks({ prometheus, alertmanager, observations, configs: before.configs }, bounded),
    {
      everyMs: POLL_MS,
      source: 'responder',
      look: async () => {
        observations.incidents = await within(system.incidents(), {
          what: 'the incidents',
          boundMs: LOOK_TIMEOUT_MS,
          signal,
        })
      },
    },
    ...storeLooks(prometheus, bounded),
    ...copiesOf(system, observations, signal),
  ]
}

/** What is evaluated and sent, and where it is sent, by what has loaded it. */
function configLooks(
  {
    prometheus,
    alertmanager,
    observations,
    configs,
  }: Pick<WatchOptions, 'prometheus' | 'alertmanager' | 'observations' | 'configs'>,
  bounded: ProbeOptions,
): Look[] {
  if (configs === undefined) return []
  const servers: (Configured & { first: Configs })[] = [
    {
      part: 'prometheus',
      name: 'Prometheus',
      first: configs.prometheus,
      read: async (options) => (await prometheus.ruleConfigs(options)).map((config) => config?.yaml),
    },
    {
      part: 'alertmanager',
      name: 'Alertmanager',
      first: configs.alertmanager,
      read: async (options) => [(await alertmanager.status(options)).config],
    },
  ]
  return servers.map(({ first, ...server }) => {
    const watch = new ConfigWatch(server, observations, first)
    return { everyMs: RULES_POLL_MS, look: () => watch.look(bounded) }
  })
}

/** A store that is too far behind shows as little as one that does not answer. */
function storeLooks({ store }: Prometheus, bounded: ProbeOptions): Look[] {
  if (store === undefined) return []
  const look = async () => {
    const why = store.whyUnfit(await store.look(bounded))
    if (why !== undefined) throw new Error(why)
  }
  return [{ everyMs: STORE_POLL_MS, source: METRICS_STORE, look }]
}

/** Copies of notifications, where they are received: since the first look, which is before any fault. */
function copiesOf(system: WatchOptions['system'], observations: Observations, signal: AbortSignal): Look[] {
  if (system.received === undefined) return []
  const sinceMs = Date.now()
  const look = async () => {
    observations.received = (await system.received?.(sinceMs, signal)) ?? []
  }
  return [{ everyMs: POLL_MS, source: 'receiver', look }]
}

/** Begins a look every `everyMs`, or as soon as the one before has ended, until the signal is aborted. */
async function repeat({ everyMs, source, look }: Look, health: SourceHealth, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const startedMs = performance.now()
    try {
      const isDone = await look()
      if (source !== undefined) health.answered(source, Date.now())
      if (isDone === true) return
    } catch (error) {
      if (signal.aborted) return
      if (source !== undefined) health.failed(source, Date.now(), messageOf(error))
    }
    await sleep(Math.max(1, everyMs - (performance.now() - startedMs)), signal).catch(() => undefined)
  }
}

/** What Alertmanager holds. */
function heldLook({ alertmanager, observations }: HeldLookOptions, signal: AbortSignal): Look {
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  return {
    everyMs: POLL_MS,
    source: 'alertmanager',
    look: () => lookAtHeldAlerts(alertmanager, observations, bounded),
  }
}

/** Of silences only what alerts are silenced by is read. */
async function lookAtHeldAlerts(
  alertmanager: HeldLookOptions['alertmanager'],
  observations: Observations,
  bounded: Bounded,
): Promise<void> {
  const held = await alertmanager.alerts(bounded)
  const known = observations.silences.map(({ id }) => id)
  const ids = held.flatMap(({ suppression }) => suppression?.silencedBy ?? [])
  if (ids.some((id) => !known.includes(id))) {
    // Its text is for people: an alert is judged without it, too.
    observations.addSilences(await alertmanager.silences(bounded).catch(() => []))
  }
  observations.addHeldAlerts(held, Date.now())
}

async function lookAtMetric(
  metric: WatchedMetric,
  { prometheus, observations, bounded }: Pick<WatchOptions, 'prometheus' | 'observations'> & { bounded: Bounded },
): Promise<boolean> {
  if (isSelector(metric.metric)) {
    const windowMs = Date.now() - metric.afterMs + WINDOW_SLACK_MS
    observations.addSamples(metric, await prometheus.samplesOfEach(metric.metric, windowMs, bounded))
  } else {
    const samples = await prometheus.query(metric.metric, bounded)
    observations.addSamples(
      metric,
      samples.map(({ labels, ...sample }) => ({ labels, samples: [sample] })),
    )
  }
  return metric.hit !== undefined
}

interface Bounded {
  timeoutMs: number
  signal: AbortSignal
}
