import { messageOf } from '../../base/errors.ts'
import { pagesNobody } from '../../drills/evidence/alert-labels.ts'
import { hasLabels } from '../../probes/prometheus.ts'
import type { IncidentView } from '../../responder/incident/incident-view.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { underWay } from '../../runtimes/native/state/under-way.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import type { StackSettings } from '../../stack/settings.ts'
import type { AlertNow, SituationView } from '../contract.ts'
import { MonitoringLink } from './monitoring/monitoring-link.ts'
import type { ResponderLink } from './responder-link.ts'

/** Collects what goes on in the stack besides its parts. */

/** Everybody who asks within this time gets the same answer: many open pages ask Prometheus no more often than one. */
const FRESH_MS = 1_000
const PROBE = { timeoutMs: 2_000 }

export interface SituationOptions {
  folder: StateFolder
  runtime: Runtime
  authorizations: ReadonlyMap<string, string>
  settings: StackSettings | undefined
  responder: Pick<ResponderLink, 'incidents' | 'maintenance'>
}

/** What goes on in the stack besides its parts. A source that does not answer is named in `problems`; the others are there. */
export class Situation {
  readonly #options: SituationOptions
  readonly #link: MonitoringLink
  readonly #inForce: Pick<SituationView, 'policy' | 'objectives'>
  #latest: { atMs: number; view: Promise<SituationView> } | undefined

  constructor(options: SituationOptions) {
    this.#options = options
    this.#link = new MonitoringLink(options.runtime, options.authorizations)
    this.#inForce = inForce(options.settings)
  }

  view(): Promise<SituationView> {
    const nowMs = performance.now()
    if (this.#latest === undefined || nowMs - this.#latest.atMs > FRESH_MS)
      this.#latest = { atMs: nowMs, view: this.#look() }
    return this.#latest.view
  }

  async #look(): Promise<SituationView> {
    const { responder } = this.#options
    const problems: string[] = []
    const unless = async <T>(what: string, ask: () => Promise<T>): Promise<T | null> => {
      try {
        return await ask()
      } catch (error) {
        problems.push(`${what}: ${messageOf(error)}`)
        return null
      }
    }
    const [alerts, incidents, maintenance] = await Promise.all([
      unless('alerts', () => this.#alerts()),
      unless('incidents', async () => (await responder.incidents()).incidents),
      unless('maintenance', async () => (await responder.maintenance()).maintenance),
    ])
    return {
      alerts,
      incidents:
        incidents
          ?.filter(isOpen)
          .map(({ number, alertname, target, status }) => ({ number, alertname, target, status })) ?? null,
      maintenance,
      runs: underWay(this.#options.folder).map(({ kind, name, process: { pid } }) => ({ kind, name, pid })),
      ...this.#inForce,
      problems: problems.sort(),
    }
  }

  /** As Prometheus has them, those that fire first; whether one is held back is Alertmanager's to say. */
  async #alerts(): Promise<AlertNow[]> {
    const { prometheus, alertmanager } = this.#link
    const [active, held] = await Promise.all([prometheus.alerts(PROBE), alertmanager.alerts(PROBE)])
    const suppressed = held.filter(({ status }) => status === 'suppressed')
    return active
      .filter(({ labels }) => !pagesNobody(labels))
      .map(({ labels, state, activeAtMs }): AlertNow => {
        const { alertname = '', ...rest } = labels
        const isHeldBack = state === 'firing' && suppressed.some((one) => hasLabels(one.labels, labels))
        return { name: alertname, labels: rest, state: isHeldBack ? 'suppressed' : state, activeAtMs }
      })
      .sort((a, b) => ORDER[a.state] - ORDER[b.state] || a.activeAtMs - b.activeAtMs)
  }
}

const ORDER: Record<AlertNow['state'], number> = { firing: 0, pending: 1, suppressed: 2 }

function isOpen({ status, resolvedAtMs }: IncidentView): boolean {
  return resolvedAtMs === undefined && status !== 'resolved' && status !== 'ignored'
}

function inForce(settings: StackSettings | undefined): Pick<SituationView, 'policy' | 'objectives'> {
  const { policyFile, objectives = [] } = settings ?? {}
  return {
    policy: policyFile ?? null,
    objectives: objectives.map(({ service, name, targetPercent }) => ({ service, name, targetPercent })),
  }
}
