import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { refusedOf } from '../../src/lint/refused.ts'
import { readRuleFile } from '../../src/lint/rules/rule-file.ts'
import { programOf } from './tools.ts'

let promtool: string
let folder: string
beforeAll(async () => {
  promtool = (await programOf('prometheus', 'promtool')).path
  folder = await mkdtemp(join(tmpdir(), 'fd-rule-files-'))
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Of each file, whether promtool refuses it. */
async function refusedByPromtool(files: readonly string[]): Promise<boolean[]> {
  const names = files.map((_, index) => join(folder, `${index}.yml`))
  for (const [index, name] of names.entries()) await writeFile(name, files[index] ?? '')
  const { stderr } = await execa(promtool, ['check', 'rules', ...names], { reject: false })
  return names.map((name) => stderr.split('\n').some((line) => line.startsWith(`${name}: `)))
}

/** What is refused here of a file, as a person sees it. */
function refusedHere(text: string): string[] {
  const { rules, findings } = readRuleFile(text, 15_000, 'rules.yml')
  const within = rules.flatMap((rule) =>
    refusedOf(rule).map((one) => ({ ...one, ...rule.locate?.(one.part ?? 'expr', one.from) })),
  )
  return [...findings, ...within]
    .filter(({ kind }) => kind === 'refused')
    .map(({ line, column, message }) => `${line}:${column} ${message}`)
}

const rule = (text: string) => `groups:\n- name: g\n  rules:\n  - ${text}\n`

const taken: Record<string, string> = {
  'an empty list of groups': 'groups: []',
  'groups that are left out': 'groups:\n',
  'rules that are left out': 'groups:\n- name: g\n  rules:\n',
  'an empty group': 'groups:\n- null\n',
  'an empty rule': rule('null'),
  'scalars of every type': rule('{alert: 1, expr: 5, labels: {a: 1, b: true, c: }, annotations: {n: 5}}'),
  'a wait of 0': rule('{alert: A, expr: up, for: 0}'),
  'a wait that is left out': rule('{alert: A, expr: up, for: }'),
  'every unit of time': rule('{alert: A, expr: up, for: 1y2w3d4h5m6s7ms}'),
  keep_firing_for: rule('{alert: A, expr: up, keep_firing_for: 5m}'),
  'a limit': 'groups:\n- name: g\n  limit: 5\n',
  'an interval of 0': 'groups:\n- name: 5\n  interval: 0\n',
  'empty annotations of what is recorded': rule('{record: a, expr: up, annotations: {}}'),
  'a wait of 0 of what is recorded': rule('{record: a, expr: up, for: 0s}'),
  'a broken template of what is recorded': rule("{record: a, expr: up, labels: {a: '{{ nope }}'}}"),
  'a merge': rule('&d {alert: A, expr: up}\n  - <<: *d\n    alert: B'),
  'an alias': rule('{alert: A, expr: &e up}\n  - {alert: B, expr: *e}'),
  'a second document that is ignored': `${rule('{alert: A, expr: up}')}---\n${rule('{alert: B, expr: rate(up)}')}`,
  'a name with blanks': rule("{alert: 'a b', expr: up}"),
  'a name that is a template': rule("{alert: '{{ nope }}', expr: up}"),
  JSON: '{"groups": [{"name": "g", "rules": [{"alert": "A", "expr": "up"}]}]}',
}

const refused: Record<string, [text: string, messages: string[]]> = {
  'a wait without a unit': [rule('{alert: A, expr: up, for: 60}'), ['4:31 for: not a duration of Prometheus']],
  'a wait in words': [rule('{alert: A, expr: up, for: 5 minutes}'), ['4:31 for: not a duration of Prometheus']],
  'a wait with a fraction': [rule('{alert: A, expr: up, for: 1.5m}'), ['4:31 for: not a duration of Prometheus']],
  'an interval without a unit': [
    'groups:\n- name: g\n  interval: 5\n',
    ['3:13 interval: not a duration of Prometheus'],
  ],
  'a limit that is no number': ['groups:\n- name: g\n  limit: x\n', ['3:10 limit: not what is expected here']],
  'a key that is not known': [rule('{alert: A, expr: up, fro: 5m}'), ['4:26 fro: unknown key "fro"']],
  'a key of a newer Prometheus': [
    'groups:\n- {name: g, query_offset: 1m}\n',
    ['2:13 query_offset: unknown key "query_offset"'],
  ],
  'a key beside groups': ['groups: []\nrules: []\n', ['2:1 rules: unknown key "rules"']],
  'a rule without a name': [rule('{expr: up}'), ['4:5 a rule needs a name: alert or record']],
  'a rule with both names': [rule('{alert: A, record: a, expr: up}'), ['4:5 a rule has alert or record, and not both']],
  'a rule without an expression': [rule('{alert: A}'), ['4:5 "expr" is missing']],
  'an empty expression': [rule("{alert: A, expr: ''}"), ['4:22 expr: empty']],
  'a group without a name': ['groups:\n- rules: []\n', ['2:3 "name" is missing']],
  'a group with an empty name': ["groups:\n- name: ''\n", ['2:9 name: empty']],
  'a group that is there twice': ['groups:\n- name: g\n- name: g\n', ['3:9 the group g is there twice']],
  'groups that are no list': ['groups: {a: b}\n', ['1:9 groups: wrong type']],
  'labels that are a list': [rule('{alert: A, expr: up, labels: [a]}'), ['4:34 labels: wrong type']],
  'a label that is a list': [rule('{alert: A, expr: up, labels: {a: [b]}}'), ['4:38 labels.a: wrong type']],
  'a label with a wrong name': [rule('{alert: A, expr: up, labels: {a-b: a}}'), ['4:35 labels.a-b: unknown key "a-b"']],
  'the label __name__': [
    rule('{alert: A, expr: up, labels: {__name__: a}}'),
    ['4:35 labels.__name__: unknown key "__name__"'],
  ],
  'an annotation with a wrong name': [
    rule('{alert: A, expr: up, annotations: {a-b: a}}'),
    ['4:40 annotations.a-b: unknown key "a-b"'],
  ],
  'annotations of what is recorded': [
    rule('{record: a, expr: up, annotations: {a: b}}'),
    ['4:27 annotations: unknown key "annotations"'],
  ],
  'a wait of what is recorded': [rule('{record: a, expr: up, for: 1m}'), ['4:27 for: unknown key "for"']],
  'a recorded name that is invalid': [rule('{record: a-b, expr: up}'), ['4:14 record: not what is expected here']],
  'a key that is there twice': [rule('{alert: a, alert: b, expr: up}'), ['4:16 the key "alert" is there twice']],
  'a broken expression': [
    rule('{alert: A, expr: rate(up)}'),
    ['4:27 rate takes a range vector here, and this is an instant vector'],
  ],
  'a broken template of a label': [
    rule("{alert: A, expr: up, labels: {a: 'x {{ nope }}'}}"),
    ['4:44 a: there is no function nope'],
  ],
  'a broken template of an annotation': [
    rule('{alert: A, expr: up, annotations: {a: "x {{ $lables }}"}}'),
    ['4:49 a: there is no variable $lables'],
  ],
  'an expression in a block': [
    rule('alert: A\n    expr: |\n      sum(up)\n        / sum(rate(up))\n'),
    ['7:20 rate takes a range vector here, and this is an instant vector'],
  ],
  'an expression in folded lines': [
    rule('alert: A\n    expr: >-\n      sum(up)\n      /\n\n      sum(rate(up))\n'),
    ['9:16 rate takes a range vector here, and this is an instant vector'],
  ],
  'an expression with escapes': [
    rule('{alert: A, expr: "up{a=\\"b\\"} + rate(up)"}'),
    ['4:42 rate takes a range vector here, and this is an instant vector'],
  ],
  'what is not YAML': [
    'groups: [\n',
    ['2:1 not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  'a template of Helm': [
    'groups:\n{{- if .Values.on }}\n- name: g\n{{- end }}\n',
    ['2:1 not YAML: Implicit keys need to be on a single line'],
  ],
}

describe('a rule file', () => {
  it('is taken or refused as by the Prometheus that ships', async () => {
    const files = [...Object.values(taken), ...Object.values(refused).map(([text]) => text)]
    const theirs = await refusedByPromtool(files)
    const differ = files.filter((text, index) => refusedHere(text).length > 0 !== theirs[index])
    expect(differ).toEqual([])
    expect(theirs.filter(Boolean)).toHaveLength(Object.keys(refused).length)
  })

  it.each(Object.entries(refused))('is refused with its line: %s', (_, [text, messages]) => {
    expect(refusedHere(text)).toEqual(messages)
  })
})
