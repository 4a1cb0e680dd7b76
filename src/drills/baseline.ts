import { messageOf } from '../base/errors.ts'
import { sleep } from '../base/wait.ts'
import type { Alertmanager } from '../probes/alertmanager.ts'
import { formatLabels, type Labels, type Prometheus } from '../probes/prometheus.ts'
import { pagesNobody } from './observations.ts'
import type { SteadyCheck } from './steady-checks.ts'
import type { SystemUnderDrill } from './system.ts'
import { within } from './within.ts'

/** How long a stack may take to be clean, in milliseconds: Prometheus scrapes new targets only about 5 s after its start. */
const CLEAN_WITHIN_MS = 15_000
const LOOK_TIMEOUT_MS = 2_000
const LOOK_EVERY_MS = 200

export interface Baseline {
  clean: boolean
  /** What was not as it must be, at the last look. */
  findings: string[]
  /** What was there, and is none of this drill's business. */
  tolerated: string[]
}

export interface BaselineOptions {
  system: Pick<SystemUnderDrill, 'incidents'>
  prometheus: Prometheus
  alertmanager: Alertmanager
  checks: readonly SteadyCheck[]
}

/** Waits, bounded, until there is nothing to find. Rejects only when the signal is aborted. */
export async function waitForBaseline(
  options: BaselineOptions,
  { signal, timeoutMs = CLEAN_WITHIN_MS }: { signal?: AbortSignal | undefined; timeoutMs?: number | undefined },
): Promise<Baseline> {
  const startedMs = performance.now()
  while (true) {
    const findings = await inspectBaseline(options, signal)
    if (findings.length === 0) return { clean: true, findings, tolerated: [] }
    if (performance.now() - startedMs >= timeoutMs) return { clean: false, findings, tolerated: [] }
    await sleep(LOOK_EVERY_MS, signal)
  }
}

/** All that is not as it must be before a fault, in sentences. What cannot be asked is a finding too. */
export async function inspectBaseline(
  { system, prometheus, alertmanager, checks }: BaselineOptions,
  signal?: AbortSignal,
): Promise<string[]> {
  const bounded = { timeoutMs: LOOK_TIMEOUT_MS, signal }
  const looks: [string, () => Promise<string[]>][] = [
    [
      'steady state',
      async () => {
        const seen = await Promise.all(checks.map((check) => check.look(signal)))
        return seen.flatMap(({ probe, state, detail }) => (state === 'good' ? [] : [`${probe}: ${detail}`]))
      },
    ],
    [
      'Prometheus targets',
      async () => {
        const targets = await prometheus.targets(bounded)
        if (targets.length === 0) return ['Prometheus has no targets']
        return targets.flatMap(({ labels, up, lastError }) =>
          up ? [] : [`target ${labels.instance ?? formatLabels(labels)} is not up${lastError && `: ${lastError}`}`],
        )
      },
    ],
    [
      'Prometheus alertmanagers',
      async () => ((await prometheus.alertmanagers(bounded)).length > 0 ? [] : ['Prometheus knows no Alertmanager']),
    ],
    [
      'Prometheus alerts',
      // One that is pending is what its `for` is there to tolerate.
      async () =>
        (await prometheus.alerts(bounded)).flatMap(({ labels, state }) =>
          pagesNobody(labels) || state === 'pending' ? [] : [`alert ${named(labels)} is firing`],
        ),
    ],
    [
      'Alertmanager',
      async () =>
        (await alertmanager.alerts(bounded)).flatMap(({ labels }) =>
          pagesNobody(labels) ? [] : [`Alertmanager still holds ${named(labels)}`],
        ),
    ],
    [
      'incidents',
      async () =>
        (await within(LOOK_TIMEOUT_MS, 'the incidents', system.incidents(), signal)).flatMap((incident) =>
          incident.inProgress ? [`incident ${incident.id} (${incident.alertname}) is ${incident.status}`] : [],
        ),
    ],
  ]
  const findings = await Promise.all(
    looks.map(async ([what, look]) => {
      try {
        return await look()
      } catch (error) {
        signal?.throwIfAborted()
        return [`${what}: ${messageOf(error)}`]
      }
    }),
  )
  return findings.flat()
}

function named({ alertname, instance, service }: Labels): string {
  const where = instance ?? service
  return `${alertname ?? 'without a name'}${where === undefined ? '' : ` (${where})`}`
}
