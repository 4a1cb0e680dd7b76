import { createHash } from 'node:crypto'
import { compileRegex, type LinearRegex } from '../../base/text/linear-regex.ts'
import { expandTemplate } from './expand-template.ts'

/**
 * The labels after these rules, one after the other, as Prometheus' `relabel.Process` makes them; `undefined` when a rule drops
 * the whole. A label without a value is no label.
 */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  let current: Labels = { ...labels }
  for (const rule of rules) {
    const next = actions[rule.action](current, rule)
    if (next === undefined) return undefined
    current = next
  }
  return current
}

type Labels = Readonly<Record<string, string>>

/**
 * The major version of Prometheus. From 3 on a point of an expression matches line breaks, too, and a label may have any name in UTF-8.
 */
export type RelabelDialect = 2 | 3

/** One entry of `alert_relabel_configs`, with every default filled in. */
export interface RelabelRule {
  dialect: RelabelDialect
  action: RelabelAction
  sourceLabels: readonly string[]
  separator: string
  /** It matches whole values. */
  regex: LinearRegex
  targetLabel: string
  replacement: string
  /** From 1; of `hashmod` only. */
  modulus: bigint
}

type Action = (labels: Labels, rule: RelabelRule) => Labels | undefined

const actions = {
  replace: (labels, { targetLabel, replacement, ...rule }) => {
    const groups = rule.regex.matchWhole(sourceOf(labels, rule))
    if (groups === undefined) return labels
    const target = expandTemplate(targetLabel, groups)
    if (!isLabelName(target, rule.dialect)) return labels
    return withLabel(labels, target, expandTemplate(replacement, groups))
  },
  keep: (labels, rule) => (matches(rule, sourceOf(labels, rule)) ? labels : undefined),
  drop: (labels, rule) => (matches(rule, sourceOf(labels, rule)) ? undefined : labels),
  keepequal: (labels, rule) => ((labels[rule.targetLabel] ?? '') === sourceOf(labels, rule) ? labels : undefined),
  dropequal: (labels, rule) => ((labels[rule.targetLabel] ?? '') === sourceOf(labels, rule) ? undefined : labels),
  lowercase: (labels, rule) => withLabel(labels, rule.targetLabel, inLowerCase(sourceOf(labels, rule))),
  uppercase: (labels, rule) => withLabel(labels, rule.targetLabel, inUpperCase(sourceOf(labels, rule))),
  hashmod: (labels, rule) => {
    // The last 8 bytes of the hash, as a number.
    const hash = createHash('md5').update(sourceOf(labels, rule)).digest().readBigUInt64BE(8)
    return withLabel(labels, rule.targetLabel, String(hash % rule.modulus))
  },
  labelmap: (labels, { regex, replacement }) =>
    Object.entries(labels).reduce((made: Labels, [name, value]) => {
      const groups = regex.matchWhole(name)
      return groups === undefined ? made : withLabel(made, expandTemplate(replacement, groups), value)
    }, labels),
  labeldrop: (labels, rule) => pick(labels, (name) => !matches(rule, name)),
  labelkeep: (labels, rule) => pick(labels, (name) => matches(rule, name)),
} as const satisfies Record<string, Action>

export type RelabelAction = keyof typeof actions

export function isRelabelAction(text: string): text is RelabelAction {
  return Object.hasOwn(actions, text)
}

/** The expression of a rule, anchored as Prometheus anchors it; `undefined` when it cannot be compiled. */
export function relabelRegex(expression: string, dialect: RelabelDialect): LinearRegex | undefined {
  return compileRegex(`^(?${dialect === 3 ? 's' : ''}:${expression})$`)
}

function sourceOf(
  labels: Labels,
  { sourceLabels, separator }: Pick<RelabelRule, 'sourceLabels' | 'separator'>,
): string {
  return sourceLabels.map((name) => labels[name] ?? '').join(separator)
}

/** Go maps each character by itself: ß stays, which JavaScript makes SS. */
const inUpperCase = (text: string) => byCharacter(text, (one) => one.toUpperCase())
const inLowerCase = (text: string) => byCharacter(text, (one) => one.toLowerCase())

function byCharacter(text: string, change: (one: string) => string): string {
  return Array.from(text, (one) => ([...change(one)].length === 1 ? change(one) : one)).join('')
}

function matches({ regex }: RelabelRule, text: string): boolean {
  return regex.matchWhole(text) !== undefined
}

function withLabel(labels: Labels, name: string, value: string): Labels {
  const { [name]: _, ...others } = labels
  return value === '' ? others : { ...others, [name]: value }
}

function pick(labels: Labels, isKept: (name: string) => boolean): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isKept(name)))
}

function isLabelName(text: string, dialect: RelabelDialect): boolean {
  if (dialect === 3) return text !== ''
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text)
}
