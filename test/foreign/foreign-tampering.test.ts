import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { Site } from '../foreign-material/site.ts'

/** One way in which a system that is not ours is not as a drill believes. */
interface Case {
  name: string
  /** What is done before the run. */
  before?(site: Site): Promise<void>
  /** What is done as soon as the app is gone. */
  during?(site: Site): Promise<void>
  verdict: Journal['verdict']
  /** What the reasons must say; a verdict of `held` has none. */
  reason?: string
  /** What else is true of the journal. */
  also?(journal: Journal): void
}

const rule = (name: string, expr: string, more = '') =>
  `\n      - alert: ${name}\n        expr: ${expr}\n        labels: { severity: critical, team: shop }\n${more}`
const addRule = (site: Site, name: string, expr: string) =>
  site.edit('prometheus', 'rules.yml', (text) => text + rule(name, expr))
const series = (site: Site, text: string) =>
  writeFile(site.file('exporter.prom'), `queue_length 3\nothers_up 1\n${text}`)
const stageAt = ({ stages }: Journal, name: string) => stages.find((stage) => stage.name === name)?.atMs ?? null

const UNTOUCHED: Case[] = [
  {
    name: 'nothing at all',
    verdict: 'held',
    also: (journal) => expect(stageAt(journal, 'received')).not.toBeNull(),
  },
]

const ALERTS: Case[] = [
  {
    name: 'a rule that always fires, and that nobody has said to ignore',
    before: async (site) => {
      await addRule(site, 'AlwaysFires', 'vector(1)')
      await site.untilFires('AlwaysFires')
    },
    verdict: 'inconclusive',
    reason: 'AlwaysFires',
  },
  {
    name: 'another failure of the same system in the middle of the run',
    during: (site) => series(site, 'queue_length{queue="mail"} 500\n'),
    verdict: 'deviated',
    reason: 'unexpected alert: QueueLong',
  },
  {
    name: 'an alert that fires already before the run, from another cause',
    before: async (site) => {
      await series(site, 'up{job="shop",instance="another"} 0\n')
      await site.untilFires('ShopDown')
    },
    verdict: 'inconclusive',
    reason: 'ShopDown',
  },
]

const RULES: Case[] = [
  {
    name: 'a rule that can never fire',
    before: (site) =>
      site.edit('prometheus', 'rules.yml', (text) => text.replace('up{job="shop"} == 0', 'up{job="shop"} == 7')),
    verdict: 'deviated',
    reason: 'firing: ShopDown (it was never active)',
  },
  {
    name: 'a rule that is deleted in the middle of the run, before it fires',
    before: (site) => site.edit('prometheus', 'rules.yml', (text) => text.replace('for: 500ms', 'for: 4s')),
    during: (site) => site.edit('prometheus', 'rules.yml', (text) => text.replace('up{job="shop"} == 0', 'absent(up)')),
    verdict: 'inconclusive',
    reason: 'the rule of ShopDown changed: its expression was up{job="shop"} == 0, is absent(up)',
  },
  {
    name: 'a rule that is reloaded with a longer `for` in the middle of the run',
    before: (site) => site.edit('prometheus', 'rules.yml', (text) => text.replace('for: 500ms', 'for: 6s')),
    during: (site) => site.edit('prometheus', 'rules.yml', (text) => text.replace('for: 6s', 'for: 5m')),
    verdict: 'inconclusive',
    reason: 'the rule of ShopDown changed: `for` was 6.00 s, is 5 min',
  },
]

const LABELS: Case[] = [
  {
    name: 'labels that are added, changed and taken away on their way to Alertmanager',
    before: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text
          .replace('rule_files:', '  external_labels: { cluster: eu-1, replica: a }\nrule_files:')
          .replace(
            '  alertmanagers:',
            '  alert_relabel_configs:\n    - { regex: replica, action: labeldrop }\n    - { source_labels: [severity], action: uppercase, target_label: severity }\n  alertmanagers:',
          ),
      ),
    verdict: 'held',
    also: (journal) => {
      const [down] = journal.series?.alerts.filter(({ alertname }) => alertname === 'ShopDown') ?? []
      expect(down?.labels).toMatchObject({ cluster: 'eu-1', severity: 'CRITICAL' })
      expect(down?.labels.replica).toBeUndefined()
    },
  },
]

const PIPELINE: Case[] = [
  {
    name: 'a Prometheus that sends to no Alertmanager',
    before: (site) => site.edit('prometheus', 'prometheus.yml', (text) => text.replace(/alerting:\n(?: .*\n)+/, '')),
    verdict: 'inconclusive',
    reason: 'Prometheus knows no Alertmanager',
  },
  {
    name: 'a Prometheus that is killed in the middle of the run, and stays away',
    during: (site) => site.stopPart('prometheus', 'SIGKILL'),
    verdict: 'inconclusive',
    reason: 'prometheus did not answer',
  },
  {
    name: 'an Alertmanager that is killed in the middle of the run, and stays away',
    during: (site) => site.stopPart('alertmanager', 'SIGKILL'),
    verdict: 'inconclusive',
    reason: 'alertmanager did not answer',
  },
  {
    name: 'a target that is not scraped any more',
    before: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) => text.replace('job_name: shop', 'job_name: shop2')),
    // Its last sample is still good for the gate: the series does not end with its scrapes.
    verdict: 'deviated',
    reason: 'up{job="shop"} == 0 (no sample at all)',
  },
]

const COPIES: Case[] = [
  {
    name: 'a receiver that sends no copy any more',
    before: (site) =>
      site.edit('alertmanager', 'alertmanager.yml', (text) => text.replace(/ {4}webhook_configs:\n(?: {6}.*\n)+/, '')),
    verdict: 'held',
    also: (journal) => {
      expect(stageAt(journal, 'received')).toBeNull()
      expect(stageAt(journal, 'notified')).not.toBeNull()
      expect(journal.mttdMs).toBeNull()
    },
  },
  {
    name: 'a copy with a token that is not the right one',
    before: (site) =>
      site.edit('alertmanager', 'alertmanager.yml', (text) =>
        text.replace('the-token-of-the-material', 'another-token'),
      ),
    verdict: 'held',
    also: (journal) => expect(stageAt(journal, 'received')).toBeNull(),
  },
]

/** Silences alerts of that name for an hour. */
const silence = async (site: Site, alertname: string) => {
  const from = Date.now()
  const answer = await fetch(`${site.url('alertmanager')}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name: 'alertname', value: alertname, isRegex: false, isEqual: true }],
      startsAt: new Date(from).toISOString(),
      endsAt: new Date(from + 3_600_000).toISOString(),
      createdBy: 'alice',
      comment: 'I am on it',
    }),
  })
  if (!answer.ok) throw new Error(`no silence: ${await answer.text()}`)
}
const describeAlerts = async (site: Site, yaml: string) =>
  writeFile(site.file('firedrill.yaml'), `${await readFile(site.file('firedrill.yaml'), 'utf8')}\nalerts: ${yaml}\n`)
const alwaysFires = async (site: Site, labels = '{ severity: critical }') => {
  await site.edit(
    'prometheus',
    'rules.yml',
    (text) => `${text}\n      - { alert: AlwaysFires, expr: vector(1), labels: ${labels} }\n`,
  )
  await site.untilFires('AlwaysFires')
}
const holdFor = (site: Site, text: string) =>
  site.edit('prometheus', 'rules.yml', (rules) => rules.replace('for: 500ms', text))
const tolerates =
  (why: string) =>
  ({ gate }: Journal) =>
    expect(gate.tolerated.join('\n')).toContain(why)

/** A monitoring that others share. */
const SHARED: Case[] = [
  {
    name: 'an alert of others, outside of the scope',
    before: async (site) => {
      await describeAlerts(site, '{ scope: { team: shop } }')
      await writeFile(site.file('exporter.prom'), 'queue_length 3\nothers_up 0\n')
      await site.untilFires('OthersDown')
    },
    verdict: 'held',
    also: tolerates('is firing (out of scope: alerts.scope is {team="shop"})'),
  },
  {
    name: 'an alert that always fires, ignored by its name',
    before: async (site) => {
      await describeAlerts(site, '{ ignore: [AlwaysFires] }')
      await alwaysFires(site)
    },
    verdict: 'held',
    also: (journal) => expect(journal.ignoredAlerts.map(({ alertname }) => alertname)).toEqual(['AlwaysFires']),
  },
  {
    name: 'an alert that always fires, and that what is ignored does not match',
    before: async (site) => {
      await describeAlerts(site, `{ ignore: ['AlwaysFires{team="others"}'] }`)
      await alwaysFires(site, '{ team: shop }')
    },
    verdict: 'inconclusive',
    reason: 'alert AlwaysFires is firing',
  },
  {
    name: 'an alert that always fires, and is silenced',
    before: async (site) => {
      await silence(site, 'AlwaysFires')
      await alwaysFires(site)
    },
    verdict: 'held',
    also: tolerates('silenced by alice: I am on it'),
  },
  {
    name: 'an alert that always fires, and is inhibited',
    before: async (site) => {
      const rule = '{ source_matchers: [alertname = Quiet], target_matchers: [alertname = AlwaysFires] }'
      await site.edit('alertmanager', 'alertmanager.yml', (text) => `${text}\ninhibit_rules: [${rule}]\n`)
      await addRule(site, 'Quiet', 'vector(1)')
      await site.edit('prometheus', 'rules.yml', (text) =>
        text.replace(/(alert: Quiet[\s\S]*severity: )critical/, '$1none'),
      )
      await site.untilFires('Quiet')
      await alwaysFires(site)
    },
    verdict: 'held',
    also: tolerates('inhibited by Quiet'),
  },
  {
    name: 'an alert that the drill expects, and that is silenced',
    before: (site) => silence(site, 'ShopDown'),
    verdict: 'inconclusive',
    reason: 'the alert ShopDown, which the drill expects, is silenced by alice: I am on it',
  },
]

/** A monitoring that changes in the middle of a run. */
const CHANGES: Case[] = [
  {
    name: 'a silence over the alert that the drill expects, set before it fires',
    before: (site) => holdFor(site, 'for: 4s'),
    during: (site) => silence(site, 'ShopDown'),
    verdict: 'inconclusive',
    reason: 'could not be judged: firing: ShopDown (it fired, silenced by alice: I am on it: nobody was notified)',
  },
  {
    name: 'a silence over another alert, set before it fires',
    during: async (site) => {
      await silence(site, 'QueueLong')
      await writeFile(site.file('exporter.prom'), 'queue_length 500\nothers_up 1\n')
    },
    verdict: 'inconclusive',
    reason: 'silenced by alice: I am on it, in the middle of the run',
  },
  {
    name: 'a Prometheus that is started again, so that `for` begins again',
    before: (site) => holdFor(site, 'for: 7s'),
    during: async (site) => {
      await site.stopPart('prometheus')
      await site.startPart('prometheus')
    },
    verdict: 'inconclusive',
    reason: 'the monitoring changed during the run: Prometheus was started again',
  },
  {
    name: 'an alert that does not end when the shop is back',
    before: (site) => holdFor(site, 'for: 500ms\n        keep_firing_for: 10m'),
    verdict: 'held',
    reason: 'ShopDown did not resolve before the run ended',
    also: (journal) => expect(stageAt(journal, 'resolved')).toBeNull(),
  },
]

describe('a drill on a system that is not ours, and that somebody has tampered with', () => {
  let site: Site
  let files: Map<string, string>
  const names = ['prometheus.yml', 'rules.yml', 'alertmanager.yml', 'exporter.prom', 'firedrill.yaml'] as const
  beforeAll(async () => {
    site = await Site.start('shop')
    files = new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(site.file(name), 'utf8')] as const)),
    )
  })
  afterEach(() => site.restore(files))
  afterAll(() => site.stop())

  it.each([...UNTOUCHED, ...ALERTS, ...RULES, ...LABELS, ...PIPELINE, ...COPIES, ...SHARED, ...CHANGES])(
    'ends with a verdict that is true: $name, $verdict',
    async ({ before, during, verdict, reason, also }) => {
      await before?.(site)
      const [journal] = await Promise.all([site.drill(), during && site.untilGone().then(() => during(site))])
      expect(journal.verdict, journal.reasons.join('\n')).toBe(verdict)
      if (reason !== undefined) expect(journal.reasons.join('\n')).toContain(reason)
      also?.(journal)
      // The guardian has undone the fault in any case.
      await site.untilAnswers()
    },
  )
})
