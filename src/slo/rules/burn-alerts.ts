import { promDuration } from '../../base/units/duration.ts'
import { countingInterval } from '../counting-interval.ts'
import { goNumber } from '../document/go-number.ts'
import { type AlertMeta, type Objective, objectiveId } from '../objective.ts'
import { identitySelector, series, sliSeries } from '../series.ts'
import { type BurnWindow, burnFactor, burnWindows } from '../windows.ts'
import { sum } from './counted-rules.ts'
import type { Clock, Rule, RuleGroup } from './rule-group.ts'

/** The alerts for a budget that burns too fast: one that pages, one for office hours. */
export function alertGroup(objective: Objective, clock: Clock): RuleGroup {
  const rules: Rule[] = []
  const { page, ticket } = objective
  if (page !== undefined) {
    const { pageQuick: quick, pageSlow: slow } = burnWindows
    rules.push(burnAlert(objective, clock, { severity: 'page', meta: page, quick, slow }))
  }
  if (ticket !== undefined) {
    const { ticketQuick: quick, ticketSlow: slow } = burnWindows
    rules.push(burnAlert(objective, clock, { severity: 'ticket', meta: ticket, quick, slow }))
  }
  return {
    name: `sloth-slo-alerts-${objectiveId(objective)}`,
    ...countingInterval(objective, clock),
    rules,
  }
}

function burnAlert(objective: Objective, clock: Clock, { severity, meta, quick, slow }: Burn): Rule {
  const name = '{{$labels.sloth_service}} {{$labels.sloth_slo}} SLO error budget burn rate is'
  return {
    alert: meta.name,
    expr: `(\n${burning(objective, clock, quick)})\nor\n(\n${burning(objective, clock, slow)})\n`,
    labels: { sloth_severity: severity, ...meta.labels },
    annotations: { title: `(${severity}) ${name} too fast.`, summary: `${name} over expected.`, ...meta.annotations },
  }
}

function burning(objective: Objective, clock: Clock, window: BurnWindow): string {
  const selector = identitySelector(objective)
  const limit = `(${goNumber(burnFactor(window, objective.periodMs))} * ${goNumber(budgetRatio(objective))})`
  const over = (windowMs: number) => `    max(${sliSeries(windowMs)}${selector} > ${limit}) without (sloth_window)\n`
  return `${over(window.shortMs)}    and\n${over(window.longMs)}${enoughEvents(objective, clock, window)}`
}

/**
 * A counted objective's alert needs as many events in its long window as make the budget one whole event. With fewer, a
 * single failure is over any limit, and says nothing.
 */
function enoughEvents(objective: Objective, clock: Clock, { longMs }: BurnWindow): string {
  if (objective.counting !== 'counted' || objective.targetPercent >= 100) return ''
  const events = sum(objective, series.totalEvents, promDuration(clock.scale(longMs)))
  return `    and\n    ${events} >= ${Math.ceil(Math.round(1e6 / budgetRatio(objective)) / 1e6)}\n`
}

/** In this order, so that the last digit is the one that Sloth prints. */
function budgetRatio({ targetPercent }: Objective): number {
  return (100 - targetPercent) / 100
}

interface Burn {
  severity: 'page' | 'ticket'
  meta: AlertMeta
  /** The windows of a quick burn and of a slow one. */
  quick: BurnWindow
  slow: BurnWindow
}
