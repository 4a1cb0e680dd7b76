import { expect } from 'vitest'
import { alwaysFires, type Case, holdFor, silence } from './case.ts'

/** Clocks, replicas and configurations of the monitoring that are read otherwise than they are written. */

export const reading: readonly Case[] = [
  {
    name: 'a replica of Prometheus that does not answer',
    describe: (yaml) => yaml.replace(/prometheus: (\S+)/, 'prometheus: ["http://127.0.0.1:9", "$1"]'),
    verdict: 'held',
  },
  {
    name: 'clocks that are stated otherwise than they are shown',
    system: 'clocks: { scrape: 1m, evaluation: 1m, groupWait: 1m }',
    verdict: 'held',
  },
  {
    name: 'a `for` that is longer than the drill watches',
    before: (site) => holdFor(site, 'for: 5m'),
    verdict: 'refused',
    reason: "the monitoring's own clock takes at least 5 min",
  },
  {
    name: 'a group of rules that is evaluated too seldom for the drill',
    before: (site) =>
      site.edit('prometheus', 'rules.yml', (text) => text.replace('name: shop\n', 'name: shop\n    interval: 1m\n')),
    verdict: 'refused',
    reason: "the monitoring's own clock takes at least 1 min",
  },
  {
    name: 'an alert that is dropped on its way',
    before: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace(
          '  alertmanagers:',
          '  alert_relabel_configs: [{ source_labels: [alertname], regex: ShopDown, action: drop }]\n  alertmanagers:',
        ),
      ),
    verdict: 'refused',
    reason: 'drop ShopDown on its way to Alertmanager',
  },
  {
    name: 'alerts that are dropped on their way from the middle of the run on',
    before: (site) => holdFor(site, 'for: 4s'),
    during: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace(
          '  alertmanagers:',
          '  alert_relabel_configs: [{ source_labels: [alertname], regex: ShopDown, action: drop }]\n  alertmanagers:',
        ),
      ),
    verdict: 'inconclusive',
    reason: 'the configuration of Prometheus changed',
  },
  {
    name: 'targets that are scraped each minute from the middle of the run on',
    before: (site) => holdFor(site, 'for: 4s'),
    during: (site) =>
      site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace('scrape_interval: 250ms', 'scrape_interval: 1m'),
      ),
    verdict: 'inconclusive',
    reason: 'the configuration of Prometheus changed',
  },
  {
    name: 'a Prometheus that sends to no Alertmanager any more from the middle of the run on',
    before: (site) => holdFor(site, 'for: 4s'),
    during: (site) => site.edit('prometheus', 'prometheus.yml', (text) => text.replace(/alerting:\n(?: .*\n)+/, '')),
    verdict: 'inconclusive',
    reason: 'the configuration of Prometheus changed',
  },
  {
    name: 'a silence that ends in the middle of the run, over an alert that always fires',
    before: async (site) => {
      await silence(site, 'AlwaysFires', 12_000)
      await alwaysFires(site)
    },
    verdict: 'held',
    also: (journal) => expect(journal.unexpectedAlerts).toEqual([]),
  },
  {
    name: 'a pager that cannot be reached',
    before: (site) =>
      site.edit('alertmanager', 'alertmanager.yml', (text) =>
        text.replace(/http:\/\/127\.0\.0\.1:\d+\/alertmanager/, 'http://127.0.0.1:9/alertmanager'),
      ),
    verdict: 'held',
    also: (journal) => expect(journal.mttdMs).toBeNull(),
  },
]
