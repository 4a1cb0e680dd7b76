import { readBudgets } from '../../../probes/budgets.ts'
import { type BurnRate, readBudgetHistory, readBurnRates } from '../../../probes/burn-rates.ts'
import type { BudgetStatus } from '../../../slo/budget.ts'
import { COUNTING_STEP_MS } from '../../../slo/counting-interval.ts'
import type { Objective } from '../../../slo/objective.ts'
import { burnFactor, burnWindows, day, windowName } from '../../../slo/windows.ts'
import type { ObjectiveHistoryView, ObjectivesView, ObjectiveView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import type { MonitoringLink } from './monitoring-link.ts'
import { SharedAnswers } from './shared-answers.ts'
import { gridOf } from './spans.ts'

/** Objectives and their budgets, for all pages together. */

const PROBE = { timeoutMs: 5_000 }
const FRESH_MS = 2_000
const MOST_HISTORIES = 64
const MOST_GROUPS = 8
const STEPS = 240

export interface ObjectiveOptions {
  link: MonitoringLink
  /** The objectives that the stack was started with: they have descriptions. */
  objectives: readonly Objective[]
  /** A duration of production time on the clock of the rules. */
  scale(productionMs: number): number
}

export class ObjectiveStates {
  readonly #options: ObjectiveOptions
  readonly #budgets = new SharedAnswers<BudgetStatus[]>(FRESH_MS)
  readonly #view = new SharedAnswers<ObjectivesView>(FRESH_MS)
  readonly #history = new SharedAnswers<ObjectiveHistoryView>(FRESH_MS, MOST_HISTORIES)

  constructor(options: ObjectiveOptions) {
    this.#options = options
  }

  view(): Promise<ObjectivesView> {
    return this.#view.of('all', async () => {
      const budgets = await this.#read()
      const rates = await readBurnRates(this.#options.link.prometheus, budgets, PROBE)
      return { objectives: budgets.map((budget, at) => this.#viewOf(budget, rates[at] ?? [])) }
    })
  }

  /**
   * How one objective went in the last `rangeMs`.
   * @throws FD_OBJECTIVE_UNKNOWN
   */
  async history(id: string, rangeMs: number, nowMs: number): Promise<ObjectiveHistoryView> {
    const { link, scale } = this.#options
    const budgets = (await this.#read()).filter((budget) => idOf(budget) === id)
    if (budgets.length === 0) {
      throw apiErrors.error('FD_OBJECTIVE_UNKNOWN', {
        message: `there is no objective ${id}`,
        next: 'firedrill slo status lists them',
      })
    }
    // Events are counted in steps: a shorter one would have none in it.
    const { fromMs, toMs, stepMs } = gridOf(nowMs, rangeMs, { steps: STEPS, leastMs: 2 * scale(COUNTING_STEP_MS) })
    const timesMs = Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, (_, at) => fromMs + at * stepMs)
    return this.#history.of(`${id} ${rangeMs} ${toMs}`, async () => {
      const asked = { budgets: budgets.slice(0, MOST_GROUPS), timesMs, stepMs }
      return { fromMs, toMs, stepMs, timesMs, groups: await readBudgetHistory(link.prometheus, asked, PROBE) }
    })
  }

  #read(): Promise<BudgetStatus[]> {
    return this.#budgets.of('all', () => readBudgets(this.#options.link.prometheus, PROBE))
  }

  #viewOf(budget: BudgetStatus, rates: readonly BurnRate[]): ObjectiveView {
    const { service, objective, group, outsideOf, state, firing } = budget
    const { objectives, scale } = this.#options
    const source = objectives.find((one) => one.service === service && one.name === objective)
    return {
      id: idOf(budget),
      service,
      objective,
      ...(group === undefined ? {} : { group: { ...group } }),
      ...(outsideOf === undefined ? {} : { outsideOf }),
      description: source?.description ?? '',
      state,
      targetPercent: budget.targetPercent ?? null,
      periodMs: budget.periodMs ?? null,
      sliPercent: budget.sliPercent ?? null,
      budgetLeftPercent: budget.budgetLeftPercent ?? null,
      budgetLeftMs: budget.budgetLeftMs ?? null,
      events: budget.events ?? null,
      burnRate: budget.burnRate ?? null,
      exhaustedInMs: budget.exhaustedInMs ?? null,
      firing: [...firing],
      burnRates: rates.map(({ window, windowMs, rate }) => ({ window, windowMs: scale(windowMs), rate })),
      limits: limitsOf(source),
    }
  }
}

function idOf({ service, objective }: BudgetStatus): string {
  return `${service}-${objective}`.replaceAll(/[^\w.:-]/g, '_')
}

/** What its alerts fire at; nothing for an alert that is switched off. One that the stack does not know has all of them. */
function limitsOf(objective: Objective | undefined): ObjectiveView['limits'] {
  const periodMs = objective?.periodMs ?? 30 * day
  const limits = { page: ['pageQuick', 'pageSlow'], ticket: ['ticketQuick', 'ticketSlow'] } as const
  return (['page', 'ticket'] as const).flatMap((severity) =>
    objective !== undefined && objective[severity] === undefined
      ? []
      : limits[severity].map((name) => {
          const window = burnWindows[name]
          return {
            severity,
            factor: Math.round(burnFactor(window, periodMs) * 100) / 100,
            short: windowName(window.shortMs),
            long: windowName(window.longMs),
            budgetPercent: window.budgetPercent,
          }
        }),
  )
}
