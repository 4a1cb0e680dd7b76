import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import { isObject } from '../../base/is-object.ts'
import { type Position, parseYamlSources, type YamlSource } from '../../base/yaml/yaml-source.ts'

/** Where the rules of a file stand. */

/** A mapping with `groups`, and how its places in the file are found. */
export interface RuleSource extends YamlSource {
  /** Prometheus does not read it there: it reads only the first document of a rule file. */
  unread?: true
}

export interface RuleSources {
  sources: RuleSource[]
  /** Why the file, or a part of it, cannot be read. */
  problems: FileProblem[]
}

type Mapping = Readonly<Record<string, unknown>>

/**
 * Finds the rules of a file: a rule file of Prometheus, a `PrometheusRule` of its operator, a `ConfigMap` with rule files,
 * lists of these, one after the other. Nothing is found in a file of another kind.
 */
export function ruleSourcesOf(text: string): RuleSources {
  const documents = parseYamlSources(text)
  const problems = documents.flatMap((document) => document.problems)
  const [first] = problems
  if (first !== undefined) return { sources: [], problems: [{ ...first, ...hintFor(first, text) }] }
  const plain = 'groups' in asMapping(documents[0]?.value)
  const found = documents.map((document, index) => {
    const { sources, problems: more } = sourcesIn(document)
    const unread = plain && index > 0
    return { sources: unread ? sources.map((source) => ({ ...source, unread: true as const })) : sources, more }
  })
  return { sources: found.flatMap(({ sources }) => sources), problems: found.flatMap(({ more }) => more) }
}

/** Whether a text that cannot be read holds rules: templates and manifests of any kind can lie beside them. */
export const looksLikeRules = (text: string): boolean =>
  /^[ \t{"'-]*groups["']?[ \t]*:/m.test(text) || text.includes('PrometheusRule')

/** The kind of a file without rules, where that helps. */
export function otherKindOf(text: string): string | undefined {
  const [document] = parseYamlSources(text)
  const { value } = document ?? {}
  if (Array.isArray(value) && value.some((item) => 'expr' in asMapping(item))) {
    return 'a list of rules belongs below groups: [{ name: …, rules: […] }]'
  }
  const mapping = asMapping(value)
  if ('scrape_configs' in mapping || 'rule_files' in mapping) {
    return 'this is the configuration of Prometheus: name the files that its rule_files names'
  }
  if (typeof mapping.apiVersion === 'string' && mapping.apiVersion.startsWith('openslo/')) return OBJECTIVES
  return 'slos' in mapping ? OBJECTIVES : undefined
}

const OBJECTIVES = 'these are objectives: firedrill slo check FILE'

function sourcesIn(source: YamlSource): RuleSources {
  const mapping = asMapping(source.value)
  if ('groups' in mapping) return { sources: [source], problems: [] }
  const kind = typeof mapping.kind === 'string' ? mapping.kind : ''
  if (kind === 'PrometheusRule') return { sources: [within(source, ['spec'])], problems: [] }
  if (kind === 'ConfigMap') {
    return joined(Object.entries(asMapping(mapping.data)).map(([key, text]) => sourcesInText(source, key, text)))
  }
  if (kind.endsWith('List') && Array.isArray(mapping.items)) {
    return joined(mapping.items.map((_, index) => sourcesIn(within(source, ['items', index]))))
  }
  return { sources: [], problems: [] }
}

/** A rule file as a text within another file. */
function sourcesInText(outer: YamlSource, key: string, text: unknown): RuleSources {
  if (typeof text !== 'string') return { sources: [], problems: [] }
  const { sources, problems: all } = ruleSourcesOf(text)
  // A ConfigMap can hold anything, scripts too.
  const problems = looksLikeRules(text) ? all : []
  const lines = text.split('\n')
  const translate = ({ line, column }: Position): Position => {
    const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0)
    return outer.positionIn(['data', key], before + column - 1)
  }
  return {
    sources: sources.map((source) => ({
      ...source,
      positionOf: (path) => translate(source.positionOf(path)),
      positionOfKey: (parent, name) => translate(source.positionOfKey(parent, name)),
      positionIn: (path, offset) => translate(source.positionIn(path, offset)),
    })),
    problems: problems.map((problem) => ({ ...problem, ...translate(problem) })),
  }
}

function within(source: YamlSource, base: Path): YamlSource {
  const value = base.reduce<unknown>((inner, step) => (inner as Mapping | undefined)?.[step], source.value)
  return {
    value,
    problems: [],
    positionOf: (path) => source.positionOf([...base, ...path]),
    positionOfKey: (parent, key) => source.positionOfKey([...base, ...parent], key),
    positionIn: (path, offset) => source.positionIn([...base, ...path], offset),
  }
}

/** Two reasons why a file is not YAML: a template without quotes, and a file that must be rendered first. */
function hintFor({ line }: FileProblem, text: string): { next?: string } {
  const wrong = text.split('\n')[line - 1] ?? ''
  const [before = '', ...templates] = wrong.split('{{')
  const ofAlert = templates.some((template) => /\$(?:labels|value|external)|\.Labels\b|\.Value\b/.test(template))
  if (ofAlert && !/["']/.test(before)) return { next: 'put the text with {{ … }} in quotes' }
  if (!/\{%|\.Values\b|\.Release\b|\{\{-? ?include\b|\{\{- /.test(text)) return {}
  return { next: 'if this is a template (of Helm, for example), render it first, and check the result' }
}

const joined = (all: readonly RuleSources[]): RuleSources => ({
  sources: all.flatMap(({ sources }) => sources),
  problems: all.flatMap(({ problems }) => problems),
})

export function asMapping(value: unknown): Mapping {
  return isObject(value) ? value : {}
}
