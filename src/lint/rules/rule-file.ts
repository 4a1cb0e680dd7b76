import { defined } from '../../base/defined.ts'
import { type FileProblem, formatPath, type Path } from '../../base/files/file-problem.ts'
import { createSchemaCheck } from '../../base/schema/schema-check.ts'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { Type } from '../../base/schema/type.ts'
import { parsePromDuration } from '../../base/units/duration.ts'
import type { YamlSource } from '../../base/yaml/yaml-source.ts'
import type { LintFinding, LintRule } from '../finding.ts'
import { asMapping, looksLikeRules, otherKindOf, ruleSourcesOf } from './rule-sources.ts'

export interface RuleFile {
  rules: LintRule[]
  /** What Prometheus refuses, except in expressions and templates; and what it does not read at all. */
  findings: LintFinding[]
  /** Whether it is a file of rules. */
  isRuleFile: boolean
}

const promDuration = Type.String({ format: 'duration of Prometheus' })
const check = createSchemaCheck({
  'duration of Prometheus': {
    matches: (text) => parsePromDuration(text) !== undefined,
    expected: 'a duration: 30s, 5m, 1h30m, 1d, 2w',
  },
})

const closed = { additionalProperties: false }
const fileSchema = Type.Object({ groups: Type.Optional(Type.Array(Type.Unsafe<unknown>({}))) }, closed)
const groupSchema = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    interval: Type.Optional(promDuration),
    limit: Type.Optional(Type.String({ pattern: '^-?\\d+(?:\\.\\d+)?$' })),
    rules: Type.Optional(Type.Array(Type.Unsafe<unknown>({}))),
    // The operator's, for Thanos; Prometheus refuses it in a rule file.
    partial_response_strategy: Type.Optional(Type.String()),
  },
  closed,
)
const LABEL = '^[a-zA-Z_][a-zA-Z0-9_]*$'
const alertSchema = Type.Object(
  {
    alert: Type.String({ minLength: 1 }),
    expr: Type.String({ minLength: 1 }),
    for: Type.Optional(promDuration),
    keep_firing_for: Type.Optional(promDuration),
    labels: Type.Optional(strictRecord(Type.String(), { keys: '^(?!__name__$)[a-zA-Z_][a-zA-Z0-9_]*$' })),
    annotations: Type.Optional(strictRecord(Type.String(), { keys: LABEL })),
  },
  closed,
)
const recordingSchema = Type.Object(
  {
    record: Type.String({ pattern: '^[a-zA-Z_:][a-zA-Z0-9_:]*$' }),
    expr: Type.String({ minLength: 1 }),
    labels: Type.Optional(strictRecord(Type.String(), { keys: '^(?!__name__$)[a-zA-Z_][a-zA-Z0-9_]*$' })),
  },
  closed,
)

/** Reads the rules of a text in any of the supported forms, and all that is wrong with it; `file` is its name. */
export function readRuleFile(text: string, evaluationMs: number, file: string): RuleFile {
  const { sources, problems } = ruleSourcesOf(text)
  const findings = problems.map((problem) => toFinding('refused', problem, file))
  const rules: LintRule[] = []
  for (const source of sources) {
    if (source.unread) {
      const message = 'Prometheus reads only the first document of a rule file'
      const next = 'put all groups into one document, or each document into a file'
      findings.push(toFinding('not read', { ...source.positionOf([]), path: '', message, next }, file))
      continue
    }
    const read = new SourceReader(source, evaluationMs, file)
    read.groups()
    rules.push(...read.rules)
    findings.push(...read.findings)
  }
  if (rules.length === 0 && findings.length === 0) findings.push(toFinding('not read', nothingIn(text, sources), file))
  const isRuleFile = sources.length > 0 || (problems.length > 0 && looksLikeRules(text))
  return { rules, findings, isRuleFile }
}

/** Reads the rules of a rule file. */
export function readRules(text: string, evaluationMs: number, file: string): LintRule[] {
  return readRuleFile(text, evaluationMs, file).rules
}

function nothingIn(text: string, [first]: readonly YamlSource[]): FileProblem {
  if (first !== undefined) return { ...first.positionOf(['groups']), path: '', message: 'there are no rules in it' }
  const next = otherKindOf(text)
  return {
    line: 1,
    column: 1,
    path: '',
    message: 'not a rule file: it has no groups',
    expected: 'groups at the top, a PrometheusRule, or a ConfigMap with rule files',
    ...defined({ next }),
  }
}

/** Reads the groups of one source, and records what Prometheus refuses. */
class SourceReader {
  readonly rules: LintRule[] = []
  readonly findings: LintFinding[] = []
  readonly #source: YamlSource
  readonly #evaluationMs: number
  readonly #file: string

  constructor(source: YamlSource, evaluationMs: number, file: string) {
    this.#source = source
    this.#evaluationMs = evaluationMs
    this.#file = file
  }

  groups(): void {
    const file = plain(this.#source.value)
    if (!this.#fits(fileSchema, file, { path: [], about: {} })) return
    const names = new Set<string>()
    for (const [index, given] of listOf(asMapping(file).groups).entries()) {
      const path = ['groups', index]
      if (given === null) {
        this.#note('not read', { ...this.#source.positionOf(path), path: '', message: 'an empty group' }, {})
        continue
      }
      const group = plain(given)
      const name = textOf(asMapping(group).name)
      if (!this.#fits(groupSchema, group, { path, about: { group: name } })) continue
      if (names.has(name)) {
        const message = `the group ${name} is there twice`
        this.#note('refused', { ...this.#source.positionOf([...path, 'name']), path: '', message }, { group: name })
      }
      names.add(name)
      for (const [at, rule] of listOf(asMapping(group).rules).entries()) {
        this.#rule(rule, [...path, 'rules', at], asMapping(group))
      }
    }
  }

  #rule(given: unknown, path: Path, group: Readonly<Record<string, unknown>>): void {
    const rule = plain(given)
    const { alert, record, expr, labels, annotations, for: lasting } = asMapping(rule)
    const about = { group: textOf(group.name), rule: textOf(alert ?? record) }
    const place = this.#source.positionOf(path)
    if (given === null) {
      this.#note('not read', { ...place, path: '', message: 'an empty rule' }, about)
      return
    }
    const both = textOf(alert) !== '' && textOf(record) !== ''
    const none = alert === undefined && record === undefined
    if (typeof rule === 'object' && !Array.isArray(rule) && (both || none)) {
      const message = both ? 'a rule has alert or record, and not both' : 'a rule needs a name: alert or record'
      this.#note('refused', { ...place, path: '', message }, about)
      return
    }
    const [schema, held] = alert === undefined ? [recordingSchema, withoutEmpty(rule)] : [alertSchema, rule]
    this.#fits(schema, held, { path, about })
    // Its texts are checked with it.
    if (textOf(expr) === '') return
    const [source, file] = [this.#source, this.#file]
    this.rules.push({
      group: about.group,
      name: about.rule,
      alerts: alert !== undefined,
      expr: textOf(expr),
      forMs: parsePromDuration(textOf(lasting)) ?? 0,
      evaluationMs: parsePromDuration(textOf(group.interval)) || this.#evaluationMs,
      labels: textsOf(labels),
      annotations: textsOf(annotations),
      locate: (part, offset) => ({ file, ...source.positionIn([...path, ...stepsOf(part)], offset) }),
    })
  }

  #fits(schema: Parameters<typeof check>[0], value: unknown, { path, about }: Placed): boolean {
    const problems = check(schema, value, { path, source: this.#source })
    for (const problem of problems) {
      const base = formatPath(path)
      const below = problem.path.startsWith(base) ? problem.path.slice(base.length).replace(/^\./, '') : problem.path
      this.#note('refused', { ...problem, path: below }, about)
    }
    return problems.length === 0
  }

  #note(kind: LintFinding['kind'], problem: FileProblem, about: About): void {
    this.findings.push({ ...toFinding(kind, problem, this.#file), ...about })
  }
}

type About = Partial<Pick<LintFinding, 'group' | 'rule'>>

/** A value of the file: its path, and the group and rule that it belongs to. */
interface Placed {
  path: Path
  about: About
}

function toFinding(kind: LintFinding['kind'], { path, message, ...problem }: FileProblem, file: string): LintFinding {
  const about = path === '' ? message : `${path}: ${message}`
  return { kind, rule: '', group: '', from: 0, to: 0, text: '', ...problem, message: about, file }
}

const stepsOf = (part: string): string[] => {
  const dot = part.indexOf('.')
  return dot < 0 ? [part] : [part.slice(0, dot), part.slice(dot + 1)]
}

/** Fields of an alert that a recording rule may have as long as they are empty. */
function withoutEmpty(rule: unknown): unknown {
  if (typeof rule !== 'object') return rule
  const isEmpty = ([key, value]: [string, unknown]): boolean =>
    key === 'annotations'
      ? typeof value === 'object' && Object.keys(asMapping(value)).length === 0
      : (key === 'for' || key === 'keep_firing_for') && parsePromDuration(textOf(value)) === 0
  return Object.fromEntries(Object.entries(asMapping(rule)).filter((entry) => !isEmpty(entry)))
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asMapping(value)).filter((entry): entry is [string, string] => textOf(entry[1]) !== ''),
  )
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Values as Prometheus reads them: a scalar is its text, also that of a label; null counts as missing. */
function plain(value: unknown): unknown {
  if (value === null || value === undefined) return {}
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || Array.isArray(value)) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, key === 'rules' || key === 'groups' ? inner : plain(inner)]),
  )
}
