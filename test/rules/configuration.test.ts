import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { alerts } from '../../src/stack/alerts/alerts.ts'
import { profiles } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { notifiedPeople, writeConfiguration } from './rendered.ts'
import { programOf } from './tools.ts'

let promtool: string
let amtool: string
beforeAll(async () => {
  promtool = (await programOf('prometheus', 'promtool')).path
  amtool = (await programOf('alertmanager', 'amtool')).path
}, 300_000)

const run = async (program: string, args: readonly string[]) => {
  const { exitCode, all } = await execa(program, args, { reject: false, all: true })
  return { exitCode, output: all }
}

describe.each([
  ['lab', 'nobody', profiles.lab, defaultSettings],
  ['production', 'nobody', profiles.production, defaultSettings],
  ['lab', 'people', profiles.lab, notifiedPeople],
  ['production', 'people', profiles.production, notifiedPeople],
] as const)('the configuration for profile %s that notifies %s', (_profile, notified, profile, settings) => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fd-config-'))
    await writeConfiguration(folder, profile, settings)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is accepted by promtool, with its rules', async () => {
    const config = await run(promtool, ['check', 'config', join(folder, 'prometheus.yml')])
    expect(config.exitCode, config.output).toBe(0)
    for (const name of await readdir(join(folder, 'rules'))) {
      const rules = await run(promtool, ['check', 'rules', join(folder, 'rules', name)])
      expect(rules.exitCode, rules.output).toBe(0)
      expect(rules.output).toContain('SUCCESS')
    }
  })

  it('is accepted by amtool', async () => {
    const { exitCode, output } = await run(amtool, ['check-config', join(folder, 'alertmanager.yml')])
    expect(exitCode, output).toBe(0)
  })

  it.each([
    ['the Watchdog', { alertname: 'Watchdog', severity: 'none' }, ['responder'], ['responder']],
    ['what only holds back others', { alertname: 'ServiceUnsettled', severity: 'none' }, ['nobody'], ['nobody']],
    ['a warning', { alertname: 'HostHighCPU', severity: 'warning' }, ['responder'], ['responder', 'slack']],
    ['a critical alert', { alertname: 'A', severity: 'critical' }, ['responder'], ['responder', 'slack', 'email']],
    ['an alert without a severity', { alertname: 'A' }, ['responder'], ['responder']],
  ] as const)('routes %s as it must', async (_, labels, toNobody, toPeople) => {
    const receivers = (notified === 'people' ? toPeople : toNobody).join(',')
    const { exitCode, output } = await run(amtool, [
      'config',
      'routes',
      'test',
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--verify.receivers=${receivers}`,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ])
    expect(exitCode, output).toBe(0)
  })

  it('keeps every secret in a file of its own that nobody else can read', async () => {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      if (!(await readFile(path, 'utf8')).includes('very-secret')) continue
      expect(path).toContain('/secrets/')
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }
  })
})

describe('every alert', () => {
  it('links to a runbook that is there and says what to look at and how to repair', async () => {
    for (const { alert } of alerts) {
      const text = await readFile(join(import.meta.dirname, '../../docs/runbooks', `${alert}.md`), 'utf8')
      expect(text, alert).toMatch(new RegExp(`^# ${alert}\n`))
      for (const heading of ['## What it means', '## First look', '## Repair']) expect(text, alert).toContain(heading)
    }
  })
})
