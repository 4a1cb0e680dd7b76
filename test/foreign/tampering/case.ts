import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import type { Journal } from '../../../src/drills/journal/journal.ts'
import type { Site } from '../../foreign-material/site.ts'

/** One way in which a system that is not ours is not as a drill believes, and what comes of it. */
export type Case = Tampering & Outcome

interface Tampering {
  name: string
  /** Lines added to firedrill.yaml. */
  system?: string
  /** What the description is instead. */
  describe?(yaml: string): string
  /** What the drill is instead. */
  drill?(yaml: string): string
  /** Further arguments of the run. */
  args?: readonly string[]
  /** What is done before the run. */
  before?(site: Site): Promise<void>
  /** What is done as soon as the app is gone. */
  during?(site: Site): Promise<void>
  /** What puts back what is not in a file. */
  after?(site: Site): Promise<void>
}

type Outcome =
  | {
      verdict: Journal['verdict']
      /** What the reasons must say; a verdict of `held` has none. */
      reason?: string
      /** What else is true of the journal. */
      also?(journal: Journal): void
    }
  /** The run is refused before anything is done, with this in its error. */
  | { verdict: 'refused'; reason: string }

export const stageAt = ({ stages }: Journal, name: string) => stages.find((stage) => stage.name === name)?.atMs ?? null

export const tolerates =
  (why: string) =>
  ({ gate }: Journal) =>
    expect(gate.tolerated.join('\n')).toContain(why)

/** Series that the exporter shows, beside its own. */
export const series = (site: Site, text: string) =>
  writeFile(site.file('exporter.prom'), `queue_length 3\nothers_up 1\n${text}`)

export const addRule = (site: Site, name: string, expr: string, more = '') =>
  site.edit(
    'prometheus',
    'rules.yml',
    (text) =>
      `${text}\n      - alert: ${name}\n        expr: ${expr}\n        labels: { severity: critical, team: shop }\n${more}`,
  )

export const alwaysFires = async (site: Site, labels = '{ severity: critical }') => {
  await site.edit(
    'prometheus',
    'rules.yml',
    (text) => `${text}\n      - { alert: AlwaysFires, expr: vector(1), labels: ${labels} }\n`,
  )
  await site.untilFires('AlwaysFires')
}

/** Another `for` of the rule ShopDown. */
export const holdFor = (site: Site, text: string) =>
  site.edit('prometheus', 'rules.yml', (rules) => rules.replace('for: 500ms', text))

/** Silences alerts of that name, by default for an hour. */
export const silence = async (site: Site, alertname: string, forMs = 3_600_000) => {
  const from = Date.now()
  const answer = await fetch(`${site.url('alertmanager')}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
      startsAt: new Date(from).toISOString(),
      endsAt: new Date(from + forMs).toISOString(),
      createdBy: 'alice',
      comment: 'I am on it',
    }),
  })
  if (!answer.ok) throw new Error(`no silence: ${await answer.text()}`)
}

/** Routes, receivers and inhibitions, added to what Alertmanager has. */
export const route = (site: Site, { routes = '', receivers = '', more = '' }) =>
  site.edit(
    'alertmanager',
    'alertmanager.yml',
    (text) =>
      `${text
        .replace('  group_interval: 1s\n', `  group_interval: 1s\n${routes === '' ? '' : `  routes: [${routes}]\n`}`)
        .replace('receivers:\n', `receivers:\n${receivers}`)}${more}\n`,
  )

/** Another expectation of the drill. */
export const expecting =
  (...lines: string[]) =>
  (yaml: string) =>
    `${yaml.trimEnd()}\n${lines.map((line) => `  - ${line}\n`).join('')}`

export const textOf = (site: Site, name: string) => readFile(site.file(name), 'utf8')
