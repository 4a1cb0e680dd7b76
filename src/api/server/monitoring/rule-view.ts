import { pagesNobody } from '../../../drills/evidence/alert-labels.ts'
import type { Silence, SuppressedAlert } from '../../../probes/alertmanager.ts'
import type { AlertRuleState } from '../../../probes/rule-answer.ts'
import { seenOn } from '../../../stack/alerts/seen-on.ts'
import type { ActiveAlertView, AlertRuleView, JudgedView, Proof } from '../../contract.ts'
import { heldBackBy } from './held-back.ts'
import { runbookNames } from './runbooks.ts'

/** Alert rules as pages show them. */

/** What is known of the rules besides what Prometheus answers. */
export interface RuleContext {
  suppressed: readonly SuppressedAlert[]
  silences: readonly Silence[]
  /** By expression. */
  mains: ReadonlyMap<string, JudgedView>
  /** By name of the alert, the latest first. */
  proofs: ReadonlyMap<string, readonly Proof[]>
}

/** The rules with their ids, those that fire first. */
export function ruleViews(rules: readonly AlertRuleState[], context: RuleContext): AlertRuleView[] {
  const counts = new Map<string, number>()
  return rules
    .map((rule) => {
      const name = `${rule.group}.${rule.name}`.replaceAll(/[^\w .:-]/g, '_').slice(0, LONGEST_ID)
      const count = (counts.get(name) ?? 0) + 1
      counts.set(name, count)
      return viewOf(rule, count === 1 ? name : `${name}.${count}`, context)
    })
    .sort((a, b) => rankOf(a) - rankOf(b) || latestOf(b) - latestOf(a))
}

/** Room for `.2` and the like. */
const LONGEST_ID = 290

/** The same rule when nothing is known of its state. */
export function unknownState(rule: AlertRuleView): AlertRuleView {
  return {
    ...rule,
    state: 'unknown',
    active: [],
    main: rule.main === null ? null : { ...rule.main, value: null, holds: false },
  }
}

const ORDER: Readonly<Record<AlertRuleView['state'], number>> = {
  firing: 0,
  pending: 1,
  suppressed: 2,
  inactive: 3,
  unknown: 4,
}

function viewOf(rule: AlertRuleState, id: string, context: RuleContext): AlertRuleView {
  const { group, name, labels, annotations, expr, forMs, evaluationMs, evaluatedAtMs, lastError } = rule
  const active = rule.active.map((alert) => activeView(alert, context)).sort((a, b) => ORDER[a.state] - ORDER[b.state])
  const notifies = !pagesNobody({ ...labels, alertname: name })
  return {
    id,
    group,
    name,
    severity: labels.severity ?? '',
    service: labels.service ?? '',
    labels,
    expr,
    forMs,
    evaluationMs,
    evaluatedAtMs: evaluatedAtMs ?? null,
    problem: lastError === '' ? null : lastError,
    summary: annotations.summary ?? annotations.title ?? '',
    runbook: runbookOf(annotations.runbook_url),
    seenOn: placeOf(name, annotations.runbook_url),
    state: active[0]?.state ?? 'inactive',
    active,
    main: context.mains.get(expr) ?? null,
    notifies,
    proof: context.proofs.get(name)?.[0] ?? null,
  }
}

function activeView(
  { labels: { alertname = '', ...labels }, annotations, state, activeAtMs, value }: AlertRuleState['active'][number],
  { suppressed, silences }: RuleContext,
): ActiveAlertView {
  const held = state === 'firing' ? heldBackBy({ ...labels, alertname }, suppressed, silences) : undefined
  return {
    labels,
    state: held === undefined ? state : 'suppressed',
    activeAtMs,
    value: Number.isFinite(value) ? value : null,
    summary: annotations.summary ?? annotations.title ?? '',
    description: annotations.description ?? '',
    heldBackBy: held ?? [],
  }
}

/** The runbook that a link leads to, where it is one that ships. */
function runbookOf(url: string | undefined): string | null {
  const name = /(\w+)\.md$/.exec(url ?? '')?.[1]
  return name !== undefined && runbookNames.includes(name) ? name : null
}

/** Alerts of objectives have names of their own, and the place of their runbook. */
function placeOf(name: string, url: string | undefined): AlertRuleView['seenOn'] {
  const seen = seenOn[name] ?? seenOn[runbookOf(url) ?? '']
  return seen === undefined ? null : { dashboard: seen.dashboard, panel: seen.panel }
}

/** What notifies nobody is no news while it fires. */
function rankOf({ notifies, state }: AlertRuleView): number {
  return notifies ? ORDER[state] : ORDER.inactive
}

function latestOf({ active }: AlertRuleView): number {
  return Math.max(0, ...active.map(({ activeAtMs }) => activeAtMs))
}
