import { type Static, Type } from '#typebox'
import { strictRecord } from '../../../base/schema/strict-record.ts'
import { At, Count, Ms, orNull } from '../../../base/schema/terms.ts'
import { Proof } from './proof.ts'

/** Schemas of alerts: every rule with its state, and what was active when. */

const Labels = strictRecord(Type.String())

/** What keeps the notifications of a firing alert back. */
const HeldBackBy = Type.Object({
  kind: Type.Enum(['alert', 'silence', 'mute'], {
    description: 'Another alert that fires, a silence that a person has set, or hours in which its route is mute',
  }),
  text: Type.String({ description: 'ServiceUnsettled of store; the comment of the silence; the name of the hours' }),
  untilMs: Type.Optional(At('When the silence ends')),
})
export type HeldBackBy = Static<typeof HeldBackBy>

const ActiveAlert = Type.Object({
  labels: strictRecord(Type.String(), { description: 'Without alertname' }),
  state: Type.Enum(['firing', 'pending', 'suppressed'], {
    description: 'suppressed: it fires, and Alertmanager holds it back',
  }),
  activeAtMs: At('When its expression first held'),
  value: orNull(Type.Number({ description: 'Of the expression; null when it is no finite number' })),
  summary: Type.String(),
  description: Type.String(),
  heldBackBy: Type.Array(HeldBackBy, { description: 'Only of one that is suppressed' }),
})
export type ActiveAlertView = Static<typeof ActiveAlert>

/** One comparison with a constant that an expression is decided by. */
const Condition = Type.Object({
  expr: Type.String({ description: 'What is compared' }),
  operator: Type.Enum(['==', '!=', '>', '>=', '<', '<=']),
  bound: Type.Number(),
  either: Type.Integer({
    minimum: 0,
    description: 'Those of one number must all hold; it is enough that those of one number do',
  }),
})
export type ConditionView = Static<typeof Condition>

/** A condition and the value of it that is the nearest to its bound, or the furthest beyond it. */
const Judged = Type.Object({
  ...Condition.properties,
  value: orNull(Type.Number({ description: 'null where no series has one' })),
  holds: Type.Boolean(),
})
export type JudgedView = Static<typeof Judged>

export const AlertRuleId = Type.String({
  pattern: '^[\\w .:-]{1,300}$',
  description: 'Group and name, and its place where a group has several of one name: liveness.ServiceDown.2',
})

const AlertRule = Type.Object({
  id: AlertRuleId,
  group: Type.String(),
  name: Type.String(),
  severity: Type.String({ description: 'Empty when it has none' }),
  service: Type.String({ description: 'That its labels name; empty when its series name one each' }),
  labels: Labels,
  expr: Type.String(),
  forMs: Ms('How long the expression must hold'),
  evaluationMs: Ms('How often it is evaluated'),
  evaluatedAtMs: orNull(At('When it was last evaluated')),
  problem: orNull(Type.String({ description: 'Why its last evaluation failed' })),
  summary: Type.String({ description: 'A template of Prometheus' }),
  runbook: orNull(Type.String({ description: 'Name of its runbook, where it ships' })),
  seenOn: orNull(
    Type.Object(
      { dashboard: Type.String(), panel: Type.String() },
      { description: 'Where what it is judged by is shown' },
    ),
  ),
  state: Type.Enum(['firing', 'suppressed', 'pending', 'inactive', 'unknown']),
  active: Type.Array(ActiveAlert, { description: 'Firing ones first' }),
  main: orNull(Judged),
  notifies: Type.Boolean({
    description: 'Whether a person is notified: not of a rule that only holds others back, and not of the Watchdog',
  }),
  proof: orNull(Proof),
})
export type AlertRuleView = Static<typeof AlertRule>

/** Every alert rule of the stack, those that fire first. At most a few seconds old. */
export const AlertsView = Type.Object({
  rules: Type.Array(AlertRule),
  problems: Type.Array(Type.String(), { description: 'Which sources did not answer, and why' }),
})
export type AlertsView = Static<typeof AlertsView>

/** From one minute to a week. */
export const HistoryRange = Type.Integer({
  minimum: 60_000,
  maximum: 604_800_000,
  default: 900_000,
  description: 'How far back, in milliseconds',
})
export const HistoryQuery = Type.Object({ rangeMs: HistoryRange }, { additionalProperties: false })

/** The most spans of an answer: the latest stay. */
export const MOST_SPANS = 400

const AlertSpan = Type.Object({
  name: Type.String(),
  labels: strictRecord(Type.String(), { description: 'Without alertname' }),
  state: Type.Enum(['pending', 'firing']),
  fromMs: At('Begin'),
  toMs: At('End; the end of the range while it lasts'),
  lasts: Type.Boolean({ description: 'Whether it has not ended' }),
})
export type AlertSpan = Static<typeof AlertSpan>

export const FaultSpan = Type.Object({
  fault: Type.String(),
  target: Type.String(),
  fromMs: At('Begin'),
  toMs: At('End; the end of the range while it lasts'),
})
export type FaultSpan = Static<typeof FaultSpan>

/** What was active in a range of time. Times are exact to `stepMs`. */
export const AlertHistoryView = Type.Object({
  fromMs: At('Begin of the range'),
  toMs: At('End of the range'),
  stepMs: Ms('How exact times are'),
  alerts: Type.Array(AlertSpan, { maxItems: MOST_SPANS, description: 'By begin' }),
  faults: Type.Array(FaultSpan, { maxItems: MOST_SPANS }),
  leftOut: Count,
})
export type AlertHistoryView = Static<typeof AlertHistoryView>

export const AlertRuleQuery = Type.Object({ rule: AlertRuleId, rangeMs: HistoryRange }, { additionalProperties: false })

/** The most series of a rule's graph: those nearest to the bound. */
export const MOST_SERIES = 8

const RuleGraph = Type.Object({
  ...Judged.properties,
  series: Type.Array(Type.Object({ name: Type.String(), values: Type.Array(orNull(Type.Number())) }), {
    maxItems: MOST_SERIES,
    description: 'Those nearest to the bound; a value for each of the times',
  }),
  leftOut: Count,
})
export type RuleGraph = Static<typeof RuleGraph>

/** A rule with the values that it was judged by, in a range of time. */
export const AlertRuleHistoryView = Type.Object({
  rule: AlertRule,
  fromMs: At('Begin of the range'),
  toMs: At('End of the range'),
  timesMs: Type.Array(At('When')),
  conditions: Type.Array(RuleGraph, { description: 'In the order of the expression' }),
  alerts: Type.Array(AlertSpan, { maxItems: MOST_SPANS }),
  faults: Type.Array(FaultSpan, { maxItems: MOST_SPANS }),
  proofs: Type.Array(Proof, { description: 'The latest first' }),
})
export type AlertRuleHistoryView = Static<typeof AlertRuleHistoryView>

export const RunbookParams = Type.Object({ name: Type.String({ pattern: '^[A-Za-z]{1,80}$' }) })
export const RunbookView = Type.Object({ name: Type.String(), text: Type.String({ description: 'Markdown' }) })
