import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findingLines } from '../../cli/tables/finding-lines.ts'
import { profiles } from '../../stack/profile.ts'
import { readRuleFiles } from './rule-files.ts'
import { stackRules } from './stack-rules.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-rule-files-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function fileOf(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
  return path
}
const rules = (alert: string) => `groups: [{ name: g, rules: [{ alert: ${alert}, expr: up, for: 5 }] }]`
const linesOf = async (...paths: string[]) => {
  const read = await readRuleFiles(paths, 500)
  return findingLines(read.rules.length, read.findings, read.passedOver)
}

describe('readRuleFiles', () => {
  it('reads all YAML files below a folder, and passes over those of another kind', async () => {
    const file = await fileOf('deep/in/a.yml', rules('A'))
    const other = await fileOf('deployment.yaml', 'kind: Deployment')
    await fileOf('notes.txt', 'no YAML: [')
    expect(await linesOf(folder)).toEqual([
      `${file}:1:56 g/A: refused: for: not a duration of Prometheus`,
      '  expected: a duration: 30s, 5m, 1h30m, 1d, 2w',
      '  given:    "5"',
      `passed over, without rules: ${other}`,
      '1 rule: 1 finding',
    ])
  })

  it('is not content with a folder, or a file, without rules', async () => {
    expect(await linesOf(folder)).toEqual([
      `${folder}: not read: there are no *.yml or *.yaml files in this folder`,
      '0 rules: 1 finding',
    ])
    const file = await fileOf('a.yaml', 'kind: Deployment')
    expect((await linesOf(folder))[0]).toBe(`${folder}: not read: there is no rule file in this folder`)
    expect((await linesOf(file))[0]).toBe(`${file}:1:1: not read: not a rule file: it has no groups`)
  })

  it('goes on in a folder past what cannot be read, and says so', async () => {
    const file = await fileOf('rules.yml', rules('A').replace(', for: 5', ''))
    const large = await fileOf('crds.yaml', '#'.repeat(1024 ** 2 + 1))
    const binary = join(folder, 'binary.yml')
    await writeFile(binary, Buffer.from([0xff, 0xfe, 0xfd]))
    const link = join(folder, 'link.yml')
    await symlink('nowhere', link)
    const pipe = join(folder, 'pipe.yml')
    await execa('mkfifo', [pipe])
    const read = await readRuleFiles([folder], 500)
    expect(read.rules).toHaveLength(1)
    expect(read.findings.map(({ kind, file: of, message }) => [kind, of, message])).toEqual([
      ['not read', binary, 'the file is not UTF-8'],
      ['not read', large, 'the file is too large'],
      ['not read', link, 'this is a link to what is not there'],
      ['not read', pipe, 'this is no file but a folder, a pipe or a device'],
    ])
    expect((await linesOf(folder)).at(-1)).toBe('1 rule: 4 findings')
    expect(read.passedOver).toEqual([])
    await rm(file)
    await expect(readRuleFiles([large], 500)).rejects.toMatchObject({ code: 'FD_FILE_UNREADABLE' })
  })

  it('passes over the templates of a chart that are for something else', async () => {
    await fileOf('rules.yml', rules('A').replace(', for: 5', ''))
    const deploy = await fileOf(
      'chart/templates/deploy.yaml',
      'kind: Deployment\n{{- if .Values.on }}\na: b\n{{- end }}\n',
    )
    const config = await fileOf('chart/templates/config.yaml', 'kind: ConfigMap\ndata: {{ .Values.data }}\n')
    const alerts = await fileOf(
      'chart/templates/alerts.yaml',
      'kind: PrometheusRule\n{{- if .Values.on }}\n{{- end }}\n',
    )
    const plain = await fileOf('chart/alerts.yaml', '{{- if .Values.on }}\n  groups:\n  - name: g\n{{- end }}\n')
    const { findings, passedOver } = await readRuleFiles([folder], 500)
    expect(passedOver).toEqual([config, deploy])
    expect(findings.map(({ kind, file }) => [kind, file])).toEqual([
      ['refused', plain],
      ['refused', alerts],
    ])
    expect((await readRuleFiles([deploy], 500)).findings).toHaveLength(1)
  })

  it('refuses a file that is not there', async () => {
    await expect(readRuleFiles([join(folder, 'nope.yml')], 500)).rejects.toMatchObject({ code: 'FD_FILE_UNREADABLE' })
  })
})

describe('stackRules', () => {
  it('has the rules of the objectives that are set', async () => {
    const sli =
      '{ events: { error_query: "sum(rate(nope_total[{{.window}}]))", total_query: "sum(rate(up[{{.window}}]))" } }'
    const spec = `version: prometheus/v1\nservice: shop\nslos: [{ name: one, objective: 99, sli: ${sli}, alerting: { name: A, page_alert: {}, ticket_alert: {} } }]\n`
    const FIREDRILL_OBJECTIVES = await fileOf('objectives.yaml', spec)
    const shipped = await stackRules(profiles.lab, { FIREDRILL_OBJECTIVES: 'none' })
    const own = await stackRules(profiles.lab, { FIREDRILL_OBJECTIVES })
    expect(shipped.length).toBeGreaterThan(20)
    expect(own.length).toBeGreaterThan(shipped.length)
    expect(own.some(({ expr }) => expr.includes('nope_total'))).toBe(true)
  })
})
