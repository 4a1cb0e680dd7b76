import { yamlSection } from '../../base/yaml/yaml-section.ts'
import { isRelabelAction, type RelabelDialect, type RelabelRule, relabel, relabelRegex } from './relabel.ts'

/** What Prometheus does to the labels of each alert before Alertmanager has it. */
export interface AlertLabels {
  /** Added where an alert has no label of that name. */
  external: Readonly<Record<string, string>>
  /** Those of them of which another replica adds another value. */
  varying?: readonly string[]
  rules: readonly RelabelRule[]
}

/** A configuration as Prometheus shows it (`/api/v1/status/config`), and the version of that Prometheus, where it says it. */
export interface ShownConfig {
  yaml: string
  version?: string
}

/** What becomes of the labels of an alert of which it is not known which of these evaluates its rule; `undefined` where none is known. */
export function sentByAny(changes: readonly (AlertLabels | undefined)[]): AlertLabels | undefined {
  const known = changes.flatMap((change) => change ?? [])
  const [first] = known
  if (first === undefined || changes.length === 1) return first
  // What one adds that does not show its labels is not known.
  const isSame = (name: string) =>
    known.length === changes.length && known.every(({ external }) => external[name] === first.external[name])
  return { ...first, varying: Object.keys(first.external).filter((name) => !isSame(name)) }
}

/** The labels that Alertmanager gets of an alert; `undefined` when the alert is dropped on its way. */
export function sentLabels(
  labels: Readonly<Record<string, string>>,
  { external, rules }: AlertLabels,
): Record<string, string> | undefined {
  const present = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
  return relabel({ ...external, ...present }, rules)
}

/**
 * What the configuration that Prometheus shows does to alerts; or why that cannot be computed, in a
 * sentence. Prometheus shows every default, and leaves out what is the empty text: a separator that is missing is an empty one.
 */
export function readAlertLabels({ yaml, version = '' }: ShownConfig): AlertLabels | { unknown: string } {
  const [global, alerting] = [yamlSection(yaml, 'global'), yamlSection(yaml, 'alerting')]
  if ('problem' in global) return { unknown: global.problem }
  if ('problem' in alerting) return { unknown: alerting.problem }
  if (SHOWN_ALWAYS.some((name) => global.value[name] === undefined))
    return { unknown: 'it shows that of another program' }
  const { external_labels: labels } = global.value as ShownGlobal
  const { alert_relabel_configs: ofAll, alertmanagers } = alerting.value as ShownAlerting
  const ofEach = (alertmanagers ?? []).map((one) => one?.alert_relabel_configs ?? [])
  if (new Set(ofEach.map((one) => JSON.stringify(one))).size > 1) {
    return { unknown: 'one Alertmanager is sent other labels than another' }
  }
  const all = [...(ofAll ?? []), ...(ofEach[0] ?? [])]
  const dialect = dialectOf(version, global.value as ShownGlobal)
  if (dialect === undefined && all.length > 0) return { unknown: `how its version relabels is not known: "${version}"` }
  const rules: RelabelRule[] = []
  for (const shown of all) {
    const rule = readRule(shown, dialect)
    if (rule === undefined) {
      return {
        unknown: `this entry of alert_relabel_configs is not understood: ${JSON.stringify(shown).slice(0, 200)}`,
      }
    }
    rules.push(rule)
  }
  const external = Object.entries(labels ?? {}).map(([name, text]): [string, string] => [name, textOf(text)])
  return { external: Object.fromEntries(external.filter(([, text]) => text !== '')), rules }
}

/** What Prometheus shows of any configuration: without them it is not one of Prometheus, which says what becomes of alerts. */
const SHOWN_ALWAYS = ['scrape_interval', 'scrape_timeout', 'evaluation_interval']

/** The slice of the configuration that is read. */
interface ShownGlobal {
  external_labels?: Record<string, unknown> | null
  metric_name_validation_scheme?: unknown
}

interface ShownAlerting {
  alert_relabel_configs?: ShownRule[] | null
  alertmanagers?: ({ alert_relabel_configs?: ShownRule[] | null } | null)[] | null
}

interface ShownRule {
  action?: unknown
  source_labels?: unknown
  separator?: unknown
  regex?: unknown
  target_label?: unknown
  replacement?: unknown
  modulus?: unknown
}

/** Version 3 has changed what an expression matches and what a name may be; `undefined` where it is not known which of the two holds. */
function dialectOf(version: string, shown: ShownGlobal): RelabelDialect | undefined {
  const major = Number(/^v?(\d+)\./.exec(version)?.[1] ?? Number.NaN)
  if (major === 2) return 2
  const { metric_name_validation_scheme: names = 'utf8' } = shown
  return major === 3 && names === 'utf8' ? 3 : undefined
}

function readRule(shown: ShownRule, dialect: RelabelDialect = 3): RelabelRule | undefined {
  const action = textOf(shown.action, 'replace').toLowerCase()
  const { source_labels: sources = [] } = shown
  // The default is the only expression that is left out; one that is empty is shown as null.
  const regex = relabelRegex('regex' in shown ? textOf(shown.regex) : '(.*)', dialect)
  const modulus = Number(shown.modulus ?? 1)
  if (!isRelabelAction(action) || !Array.isArray(sources) || regex === undefined) return undefined
  if (!Number.isSafeInteger(modulus) || modulus < 1) return undefined
  return {
    dialect,
    action,
    sourceLabels: sources.map(String),
    separator: textOf(shown.separator),
    regex,
    targetLabel: textOf(shown.target_label),
    replacement: textOf(shown.replacement),
    modulus: BigInt(modulus),
  }
}

/** Numbers and yes or no are texts in Prometheus' eyes. */
function textOf(value: unknown, otherwise = ''): string {
  return value === undefined || value === null ? otherwise : String(value)
}
