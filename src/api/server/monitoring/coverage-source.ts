import { type AlertingRule, type Coverage, coverageOf, type Row } from '../../../coverage/coverage.ts'
import type { CoverageView, Proof } from '../../contract.ts'
import type { JournalIndex } from '../drills/journal-index.ts'
import type { MonitoringLink } from './monitoring-link.ts'
import { SharedAnswers } from './shared-answers.ts'

/** Which alert fired for which fault, over the journals of the state folder and the rules that Prometheus has loaded. */

const PROBE = { timeoutMs: 3_000 }
const FRESH_MS = 2_000
/** Runs that are listed of an alert, or of a cell. */
const MOST_PROOFS = 20

export class CoverageSource {
  readonly #link: MonitoringLink
  readonly #journals: Pick<JournalIndex, 'evidence'>
  readonly #profile: () => string
  readonly #coverage = new SharedAnswers<{ coverage: Coverage; severities: Map<string, string>; unread: number }>(
    FRESH_MS,
  )
  /** Rules do not vanish because Prometheus is down. */
  #rules: readonly AlertingRule[] | undefined

  constructor(link: MonitoringLink, journals: Pick<JournalIndex, 'evidence'>, profile: () => string) {
    this.#link = link
    this.#journals = journals
    this.#profile = profile
  }

  async view(): Promise<CoverageView> {
    const { coverage, severities, unread } = await this.#look()
    return viewOf(coverage, severities, unread)
  }

  /** The runs in which each alert fired, by its name, the latest first. */
  async proofs(): Promise<ReadonlyMap<string, readonly Proof[]>> {
    const { rows, ran } = (await this.#look()).coverage
    const proofs = new Map<string, Proof[]>()
    for (const { fault, service, cells } of rows) {
      for (const [alert, cell] of Object.entries(cells)) {
        const cause = service === '' ? fault : `${fault} ${service}`
        const own = cell.proofs.flatMap(({ run, ms, paged }): Proof[] => {
          const counted = ran[run]
          if (counted === undefined) return []
          const { journal, drill, startedAt } = counted
          return [{ journal, drill, startedAtMs: Date.parse(startedAt), cause, afterMs: ms, notified: paged }]
        })
        proofs.set(alert, [...(proofs.get(alert) ?? []), ...own])
      }
    }
    return new Map(
      [...proofs].map(([alert, all]) => [
        alert,
        all.sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, MOST_PROOFS),
      ]),
    )
  }

  #look() {
    return this.#coverage.of('all', async () => {
      const { journals, unreadable: unread } = await this.#journals.evidence()
      try {
        const rules = await this.#link.prometheus.rules(PROBE)
        this.#rules = rules.filter(({ alerts }) => alerts).map(({ name, expr, labels }) => ({ name, expr, labels }))
      } catch (error) {
        if (this.#rules === undefined) throw error
      }
      const severities = new Map(this.#rules.map(({ name, labels = {} }) => [name, labels.severity ?? '']))
      return { coverage: coverageOf(journals, this.#rules, this.#profile()), severities, unread }
    })
  }
}

/** Runs are listed latest first: `run` is a place in that list. */
function viewOf(coverage: Coverage, severities: ReadonlyMap<string, string>, unread: number): CoverageView {
  const { ran, rows, alerts, unfiredAlerts, ...rest } = coverage
  const unfired = new Set(unfiredAlerts)
  const last = ran.length - 1
  const { leftOut, unseenFaults, unaskedAlerts, goneAlerts, alwaysFiring, pagingNobody, alertRatio, faultRatio } = rest
  return {
    profile: coverage.profile ?? '',
    runs: ran
      .map(({ journal, drill, title, startedAt, verdict }) => ({
        journal,
        drill,
        title,
        startedAtMs: Date.parse(startedAt),
        verdict,
      }))
      .reverse(),
    leftOut,
    alerts: alerts.map((name) => ({ name, severity: severities.get(name) ?? '', fired: !unfired.has(name) })),
    rows: rows.map((row) => rowView(row, last)),
    unseenFaults,
    unaskedAlerts,
    goneAlerts,
    alwaysFiring,
    pagingNobody,
    alertRatio,
    faultRatio,
    unread,
  }
}

function rowView({ kind, fault, service, silent, ranIn, cells }: Row, last: number): CoverageView['rows'][number] {
  return {
    kind,
    fault,
    service,
    silent,
    runs: ranIn.map((run) => last - run).reverse(),
    cells: Object.fromEntries(
      Object.entries(cells).map(([alert, { count, medianMs, paged, proofs }]) => [
        alert,
        {
          count,
          medianMs,
          notified: paged,
          proofs: proofs
            .map((one) => ({ run: last - one.run, afterMs: one.ms, notified: one.paged }))
            .reverse()
            .slice(0, MOST_PROOFS),
        },
      ]),
    ),
  }
}
