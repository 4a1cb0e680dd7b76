import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { type Case, holdFor, silence, stageAt } from './case.ts'

/** Rules, labels and servers of the monitoring that are not as they should be, or do not stay as they are. */

export const rules: readonly Case[] = [
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

export const labels: readonly Case[] = [
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
  {
    name: 'a drill that names another value of a label than Prometheus adds to every alert',
    before: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace('rule_files:', '  external_labels: { cluster: eu-1 }\nrule_files:'),
      ),
    drill: (yaml) => yaml.replace('- alert: ShopDown', '- alert: ShopDown\n    labels: { cluster: eu-2 }'),
    verdict: 'refused',
    reason: 'they give {cluster="eu-1"}',
  },
  {
    name: 'a scope that has another value of a label than Prometheus adds to every alert',
    system: 'alerts: { scope: { cluster: eu-2 } }',
    before: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace('rule_files:', '  external_labels: { cluster: eu-1 }\nrule_files:'),
      ),
    verdict: 'refused',
    reason: 'out of scope: alerts.scope is {cluster="eu-2"}',
  },
]

export const pipeline: readonly Case[] = [
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

export const copies: readonly Case[] = [
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

/** A monitoring that changes in the middle of a run. */
export const changes: readonly Case[] = [
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
