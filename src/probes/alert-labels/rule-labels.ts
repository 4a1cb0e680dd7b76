import type { AlertRule, Labels } from '../prometheus-data.ts'
import { sentLabels } from './alert-labels.ts'
import { type RelabelRule, relabel } from './relabel.ts'

/**
 * The labels that a rule gives each of its alerts as Alertmanager has them, `alertname` among them. A value that is not known before an
 * alert fires is a template, as in a rule. `mayBeOfSeries`: whether an alert may have a label of that name from its series, so that what
 * Prometheus adds may not be what it has. Default: any.
 */
export function labelsAsSent(rule: LabelledRule, mayBeOfSeries?: (name: string) => boolean): Labels {
  if (mayBeOfSeries !== undefined) return sentOf(rule, mayBeOfSeries)
  const before = remembered.get(rule)
  if (before !== undefined) return before
  const made = sentOf(rule, () => true)
  remembered.set(rule, made)
  return made
}

/** An alert rule, as far as its own labels go. */
type LabelledRule = Pick<AlertRule, 'alert' | 'labels' | 'sent'>

/** Rules stay the same, and are asked again and again. */
const remembered = new WeakMap<LabelledRule, Labels>()

/** Whether any label may be added on the way to Alertmanager, as `labelmap` does: which ones is not known. */
export function mayGainAny({ sent }: LabelledRule): boolean {
  return sent?.rules.some(addsAny) ?? false
}

/** Whether a label of the series never arrives at Alertmanager. */
export function isTakenAway(name: string, { sent }: LabelledRule): boolean {
  const taking = sent?.rules.filter(({ action }) => action === 'labeldrop' || action === 'labelkeep') ?? []
  return relabel({ [name]: 'any' }, taking)?.[name] === undefined
}

/** Whether every alert of a rule is dropped: by labels that the rule itself gives it, or everything has. */
export function isDropped({ alert, labels, sent }: LabelledRule): boolean {
  if (sent === undefined) return false
  // A template makes another value of each series.
  const own = Object.entries(labels).filter(([, value]) => !value.includes('{{'))
  const certain: Labels = { ...Object.fromEntries(own), alertname: alert }
  const names = [...Object.keys(certain), ...Object.keys(sent.external)]
  const isCertain = sent.rules
    .filter(({ action }) => DROPPING.includes(action))
    .every(({ sourceLabels }) => sourceLabels.every((name) => names.includes(name)))
  return isCertain && sentLabels(certain, sent) === undefined
}

const DROPPING: readonly string[] = ['keep', 'drop', 'keepequal', 'dropequal']

function sentOf({ alert, labels, sent }: LabelledRule, mayBeOfSeries: (name: string) => boolean): Labels {
  const own = { ...labels, alertname: alert }
  if (sent === undefined) return own
  const present = Object.entries(own).filter(([, value]) => value !== '')
  // A series that has a label of that name keeps its own.
  const added = Object.entries(sent.external).map(([name, value]): [string, string] => {
    const isCertain = !mayBeOfSeries(name) && !sent.varying?.includes(name)
    return [name, isCertain ? value : `{{ $externalLabels.${name} }}`]
  })
  return sent.rules.reduce(relabelled, Object.fromEntries([...added, ...present]))
}

function relabelled(labels: Labels, rule: RelabelRule): Labels {
  switch (rule.action) {
    // Whether an alert is dropped is another question.
    case 'keep':
    case 'drop':
    case 'keepequal':
    case 'dropequal':
      return labels
    case 'labeldrop':
    case 'labelkeep':
      return relabel(labels, [rule]) ?? labels
    default:
      if (rule.action !== 'labelmap' && rule.sourceLabels.every((name) => isKnown(labels[name]))) {
        return relabel(labels, [rule]) ?? labels
      }
      // Any of them may get another value.
      if (addsAny(rule)) return Object.fromEntries(Object.keys(labels).map((name) => [name, NOT_KNOWN]))
      return { ...labels, [rule.targetLabel]: NOT_KNOWN }
  }
}

/** Written as a template is. */
const NOT_KNOWN = '{{ $labels }}'

/** A label that the rule does not give may be one of the series. */
function isKnown(value: string | undefined): boolean {
  return value !== undefined && !value.includes('{{')
}

function addsAny({ action, targetLabel }: RelabelRule): boolean {
  return action === 'labelmap' || targetLabel.includes('$')
}
