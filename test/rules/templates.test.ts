import { beforeAll, describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { checkTemplate } from '../../src/promql/template/check.ts'
import { templateFunctions } from '../../src/promql/template/functions.ts'
import { programOf, runOn } from './tools.ts'

let promtool: string
beforeAll(async () => {
  promtool = (await programOf('prometheus', 'promtool')).path
}, 300_000)

/** Which of the templates promtool refuses, each as an annotation of an alert of its own. */
async function refusedByPromtool(templates: readonly string[]): Promise<Set<string>> {
  const rules = templates.map((text, index) => ({ alert: `A${index}`, expr: 'up', annotations: { text } }))
  const file = JSON.stringify({ groups: [{ name: 'g', rules }] })
  const { output } = await runOn(promtool, { 'rules.yml': file }, () => ['check', 'rules', 'rules.yml'])
  const named = [...(output ?? '').matchAll(/rule \d+, "A(\d+)"/g)].map(([, index]) => Number(index))
  return new Set(named.flatMap((index) => templates[index] ?? []))
}

async function differences(templates: readonly string[]): Promise<string[]> {
  const theirs = await refusedByPromtool(templates)
  return templates.flatMap((one) => {
    const ours = checkTemplate(one).length > 0
    if (theirs.has(one) === ours) return []
    return [`only ${ours ? 'Firedrill' : 'Prometheus'} refuses: ${one}`]
  })
}

const taken = [
  '',
  'no template, } }} and $labels.x',
  '{ {{ $labels.instance }} }',
  '{{$labels.instance}}{{ $value }}',
  '{{- $value -}} x',
  '{{ $value | humanize }}',
  '{{ $value | printf "%.2f" | title }}',
  '{{ .Labels.job }} {{ .Value }} {{ .ExternalLabels.a }}',
  '{{ index $labels "a" }}',
  '{{ $labels.a.b.c }}',
  '{{ printf "%s" .Labels.a }}',
  '{{ printf `%s` "a" }}',
  '{{ if eq $labels.a "b" }}x{{ else if gt $value 5.0 }}y{{ else }}z{{ end }}',
  '{{ with query "up" }}{{ . | first | value }}{{ else }}none{{ end }}',
  '{{ range query "up" }}{{ .Labels.a }}{{ break }}{{ end }}',
  '{{ range $i, $v := query "up" }}{{ $i }}{{ $v }}{{ continue }}{{ end }}',
  '{{ $x := 1 }}{{ $x = 2 }}{{ $x }}',
  '{{ if true }}{{ $x := 1 }}{{ end }}',
  '{{ with $x := $value }}{{ $x }}{{ end }}',
  '{{ (query "up" | first).Labels.a }}',
  '{{ (index (query "up") 0) }}',
  '{{/* a comment */}}',
  '{{- /* a comment */ -}}',
  '{{ define "t" }}{{ . }}{{ end }}{{ template "t" $value }}',
  '{{ template "nowhere" }}',
  '{{ block "b" . }}{{ end }}',
  '{{ nil }}',
  "{{ 'a' }}",
  '{{ 1.5e3 }}{{ -1 }}{{ 0x1F }}{{ .5 }}',
  '{{ . }}',
  '{{ $ }}{{ $.Labels.a }}',
  '{{ "{{" }}',
  '{{ "\\u00e4\\n" }}',
  '{{\n  $value\n}}',
  '{{ $value|humanize }}',
  '{{ $value | }}',
  '{{ and true (not false) }}',
  '{{ .Nothing.Such }}',
  '{{ query "up" | sortByLabel "instance" | first | label "instance" }}',
]

const refused = [
  '{{ nope $value }}',
  '{{ $value | nope }}',
  '{{ $lables.instance }}',
  '{{ $value',
  '{{ $value }',
  '{{',
  '{{ }}',
  '{{}}',
  '{{ $value }} }} {{ x }}',
  '{{ if $value }}',
  '{{ if }}{{ end }}',
  '{{ end }}',
  '{{ else }}',
  '{{ if true }}{{ else }}{{ else }}{{ end }}',
  '{{ range }}{{ end }}',
  '{{ break }}',
  '{{ if true }}{{ break }}{{ end }}',
  '{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}',
  '{{ define "t" }}{{ $value }}{{ end }}',
  '{{ if true }}{{ define "t" }}{{ end }}{{ end }}',
  '{{ template t }}',
  '{{ "a }}',
  '{{ "\\q" }}',
  "{{ 'ab' }}",
  '{{ $labels."a" }}',
  '{{ $labels.a-b }}',
  '{{ $labels[a] }}',
  '{{ $labels["a"] }}',
  '{{ "a""b" }}',
  '{{ | $value }}',
  '{{ $value | "a" }}',
  '{{ $value | 1 }}',
  '{{ $value | . }}',
  '{{ (1 }}',
  '{{ 1) }}',
  '{{ () }}',
  '{{ $x, $y := 1 }}',
  '{{ $x := }}',
  '{{ 1 := 2 }}',
  '{{ $value > 1 }}',
  '{{ $value == 1 }}',
  '{{ $value * 100 }}',
  '{{ $value % 1 }}',
  '{{ a/* x */ }}',
  '{{ /* x */ }}',
  '{{/* x }}',
  '{{ labels.a }}',
  '{{ True }}',
  '{{ 1a }}',
  '{{ 1.Field }}',
  '{{ true.Field }}',
  '{{ $value, $labels }}',
  '{{ humanize $value; }}',
  '{{- if }}',
  '{{-}}',
  '{{ äh }}',
]

describe('what a template is', () => {
  it('is for Firedrill what it is for the Prometheus that ships', async () => {
    expect([...(await refusedByPromtool(taken))]).toEqual([])
    const theirs = await refusedByPromtool(refused)
    expect(refused.filter((one) => !theirs.has(one))).toEqual([])
    expect(await differences([...taken, ...refused])).toEqual([])
  })

  it('knows every function that there is, and none of a newer Prometheus', async () => {
    const newer = [
      'stripPort2',
      'urlQueryEscape',
      'toDuration',
      'now',
      'tmpl',
      'externalLabels',
      'break2',
      'formatTime',
    ]
    expect(await differences([...templateFunctions, ...newer].map((name) => `{{ ${name} 1 }}`))).toEqual([])
  })

  it('is refused by both or by neither when it is mistyped', async () => {
    const pieces = [
      '{{',
      '}}',
      '{{ end }}',
      '{{ else }}',
      '{{ if . }}',
      '(',
      ')',
      '|',
      '"',
      '`',
      "'",
      '.',
      '$',
      ',',
      ' ',
    ]
    const more = ['-', ':=', '=', '1', '.5', 'x', 'end', 'else', 'if', 'nil', ' -}}', '{{- ', '/*', '*/', '\n', '\\']
    const seed = 20
    const random = seededRandom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
    const mistyped = Array.from({ length: 3_000 }, () => {
      let text = pick([...taken, ...refused])
      for (let changes = 0; changes <= random() * 2; changes += 1) {
        const at = Math.floor(random() * (text.length + 1))
        text =
          text.slice(0, at) +
          (random() < 0.6 ? pick([...pieces, ...more]) : '') +
          text.slice(at + Math.floor(random() * 4))
      }
      return text
    })
    expect(await differences([...new Set(mistyped)]), `seed ${seed}`).toEqual([])
  })
})
