import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defined } from '../../base/defined.ts'
import { lint } from '../lint.ts'
import { readRuleFile } from './rule-file.ts'

const lintText = (text: string) => {
  const { rules, findings } = readRuleFile(text, 15_000, 'a.yml')
  return [...findings, ...lint(rules, { series: new Map(), retentionMs: 1e10 })]
}
const said = (text: string) =>
  lintText(text).map(({ kind, group, rule, line, column, message }) =>
    [`${line}:${column}`, [group, rule].filter(Boolean).join('/'), kind, message].filter(Boolean).join(' '),
  )

const rules = 'rules: [{ alert: A, expr: nope == 0 }]'
const finding = (place: string, group = 'g') => `${place} ${group}/A unknown series there is no series nope`

describe('the forms of rule files', () => {
  it.each<[string, string, string[]]>([
    ['a rule file of Prometheus', `groups:\n- name: g\n  ${rules}\n`, [finding('3:29')]],
    [
      'a PrometheusRule',
      `apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - name: g\n    ${rules}\n`,
      [finding('6:31')],
    ],
    [
      'a ConfigMap, with other files beside the rules',
      `kind: ConfigMap\ndata:\n  prometheus.yml: "a: 1"\n  r.yml: |\n    groups:\n    - name: g\n      ${rules}\n`,
      [finding('7:33')],
    ],
    [
      'a list of these',
      `kind: List\nitems:\n- kind: Service\n- kind: PrometheusRule\n  spec: { groups: [{ name: g, ${rules} }] }\n`,
      [finding('5:57')],
    ],
    [
      'several documents, others among them',
      `kind: Namespace\n---\nkind: PrometheusRule\nspec: { groups: [{ name: g, ${rules} }] }\n---\nkind: PrometheusRule\nspec: { groups: [{ name: h, ${rules} }] }\n`,
      [finding('4:55'), finding('7:55', 'h')],
    ],
    [
      'JSON',
      '{"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "nope == \\"a\\""}]}]}',
      ['1:69 g/A refused == is between scalars and instant vectors, and this is a string'],
    ],
  ])('%s', (_, text, expected) => {
    expect(said(text)).toEqual(expected)
  })

  it('reads what is merged and what aliases stand for', () => {
    const text =
      'groups:\n- name: g\n  rules:\n  - &d { alert: A, expr: nope == 0, for: 2w }\n  - <<: *d\n    alert: B\n  - { <<: [*d], alert: C, for: 5m }\n'
    const { rules: read } = readRuleFile(text, 15_000, 'a.yml')
    expect(read.map(({ name, expr, forMs }) => [name, expr, forMs])).toEqual([
      ['A', 'nope == 0', 14 * 86_400_000],
      ['B', 'nope == 0', 14 * 86_400_000],
      ['C', 'nope == 0', 300_000],
    ])
    expect(said(text)).toEqual([
      finding('4:26'),
      '5:9 g/B unknown series there is no series nope',
      '7:11 g/C unknown series there is no series nope',
    ])
  })

  it('reports all that is wrong with a rule at once', () => {
    const text =
      'groups: [{ name: g, rules: [{ alert: A, for: 60, fro: 1, expr: nope > 1, labels: { a: "{{ x }}" } }] }]'
    expect(said(text)).toEqual([
      '1:50 g/A refused fro: unknown key "fro"',
      '1:46 g/A refused for: not a duration of Prometheus',
      '1:91 g/A refused a: there is no function x',
      '1:64 g/A unknown series there is no series nope',
    ])
  })

  it('reports the same problem once, where it stands first', () => {
    const text = 'groups: [{ name: g, rules: [{ alert: A, expr: nope / nope > nope }] }]'
    expect(said(text)).toEqual([finding('1:47')])
  })
})

describe('a file without rules', () => {
  it.each([
    ['nothing', '', 'not a rule file: it has no groups', undefined],
    ['a scalar', 'text', 'not a rule file: it has no groups', undefined],
    [
      'a list of rules',
      '- alert: A\n  expr: up\n',
      'not a rule file: it has no groups',
      'a list of rules belongs below groups: [{ name: …, rules: […] }]',
    ],
    [
      'a configuration of Prometheus',
      'scrape_configs: []',
      'not a rule file: it has no groups',
      'this is the configuration of Prometheus: name the files that its rule_files names',
    ],
    ['objectives', 'slos: []', 'not a rule file: it has no groups', 'these are objectives: firedrill slo check FILE'],
    [
      'a ConfigMap of something else',
      'kind: ConfigMap\ndata: { a: b }',
      'not a rule file: it has no groups',
      undefined,
    ],
    ['groups that are left out', 'groups:', 'there are no rules in it', undefined],
    ['rules that are left out', 'groups:\n- name: g\n  rules:\n', 'there are no rules in it', undefined],
    ['a PrometheusRule without its spec', 'kind: PrometheusRule', 'there are no rules in it', undefined],
    ['a rule that is null', 'groups: [{ name: g, rules: [null] }]', 'an empty rule', undefined],
  ])('is not read: %s', (_, text, message, next) => {
    const [found, ...more] = lintText(text)
    expect(found).toMatchObject({ kind: 'not read', message, ...defined({ next }) })
    expect(more).toEqual([])
  })

  it('has a second document, which Prometheus passes over', () => {
    const text =
      'groups: [{ name: g, rules: [{ alert: A, expr: 1 }] }]\n---\ngroups: [{ name: h, rules: [{ alert: B, expr: 1 }] }]\n'
    expect(said(text)).toEqual(['3:1 not read Prometheus reads only the first document of a rule file'])
  })
})

describe('what is not YAML', () => {
  const quotes = 'put the text with {{ … }} in quotes'
  const render = 'if this is a template (of Helm, for example), render it first, and check the result'
  const head = 'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up == 0\n    annotations:\n'
  it.each<[string, string, string, string | undefined]>([
    ['labels', 'summary: {{ $labels.instance }} is down', '7:39 not YAML: Unexpected scalar at node end', quotes],
    ['nothing but a value', 'summary: {{ $value }}', '7:17 a key that is no text', quotes],
    ['a field', 'summary: {{ .Labels.job }} is down', '7:34 not YAML: Unexpected scalar at node end', quotes],
    [
      'a colon after labels',
      'summary: Host {{ $labels.instance }}: down',
      '7:16 not YAML: Nested mappings are not allowed in compact mappings',
      quotes,
    ],
    [
      'another line than that of the template',
      'summary: |\n        {{ $labels.instance }} is down\n     text: b',
      '9:1 not YAML: All mapping items must start at the same column',
      undefined,
    ],
    [
      'text after the quotes of a template',
      'summary: "{{ $labels.instance }}" is down',
      '7:41 not YAML: Unexpected scalar at node end',
      undefined,
    ],
    [
      'conditions of Helm',
      '{{- if .Values.on }}\n      a: b\n      {{- end }}',
      '7:9 not YAML: Block collections are not allowed within flow collections',
      render,
    ],
    ['a value of Helm', 'summary: {{ .Values.text }}', '7:17 a key that is no text', render],
    ['a part of Helm', '{{ include "x" . }}', '7:8 a key that is no text', render],
    [
      'a block of Jinja',
      '{% if on %}',
      '7:8 not YAML: Plain value cannot start with directive indicator character %',
      render,
    ],
  ])('is placed by the parser, with what helps: %s', (_, text, message, next) => {
    const [found, ...more] = lintText(`${head}      ${text}\n`)
    expect(`${found?.line}:${found?.column} ${found?.message}`).toBe(message)
    expect(found?.next).toBe(next)
    expect(more).toEqual([])
  })
})

describe('a file of any content', () => {
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(
        null,
        1,
        true,
        '',
        'up',
        'rate(up[5m])',
        '5m',
        '{{ $value }}',
        'List',
        'PrometheusRule',
        'ConfigMap',
      ),
      fc.constantFrom(
        'groups: [{ name: g, rules: [{ alert: A, expr: up }] }]',
        '__proto__',
        '((((',
        '{{',
        '\ud800',
        'up{a="',
      ),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          ...['groups', 'name', 'rules', 'alert', 'record', 'expr', 'for', 'interval', 'labels', 'annotations'],
          ...['kind', 'spec', 'data', 'items', '__proto__', 'constructor', '<<'],
        ),
        tie('any'),
        { maxKeys: 5 },
      ),
    ),
  })).any

  it('is read, or refused at a place of it, and never anything else', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 2 }), (documents) => {
        const text = documents.map((one) => JSON.stringify(one)).join('\n---\n')
        const lines = text.split('\n')
        const { rules: read, findings } = readRuleFile(text, 15_000, 'a.yml')
        expect(read.length + findings.length).toBeGreaterThan(0)
        for (const { line = 0, column = 0 } of lintText(text)) {
          expect(lines[line - 1]?.length).toBeGreaterThanOrEqual(column - 1)
        }
      }),
      { numRuns: 200, seed: 19 },
    )
  })

  it('has its rules within the forms, however they are nested', () => {
    const one = { alert: 'A', expr: 'up' }
    const group = { name: 'g', rules: [one] }
    const form = fc.letrec<{ form: unknown }>((tie) => ({
      form: fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc.constant({ kind: 'PrometheusRule', spec: { groups: [group] } }),
        fc.constant({ kind: 'ConfigMap', data: { 'a.yml': JSON.stringify({ groups: [group] }) } }),
        fc.array(tie('form'), { minLength: 1, maxLength: 3 }).map((items) => ({ kind: 'List', items })),
      ),
    })).form
    fc.assert(
      fc.property(form, (value) => {
        const { rules: read, findings } = readRuleFile(JSON.stringify(value, null, 2), 15_000, 'a.yml')
        expect(findings).toEqual([])
        expect(new Set(read.map(({ name }) => name))).toEqual(new Set(['A']))
      }),
      { numRuns: 100, seed: 19 },
    )
  })
})
