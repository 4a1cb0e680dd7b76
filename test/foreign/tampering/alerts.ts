import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { addRule, alwaysFires, type Case, series, silence, stageAt, tolerates } from './case.ts'

/** Alerts that are not the ones the drill is about, and a monitoring that others share. */

export const untouched: readonly Case[] = [
  {
    name: 'nothing at all',
    verdict: 'held',
    also: (journal) => expect(stageAt(journal, 'received')).not.toBeNull(),
  },
]

export const alerts: readonly Case[] = [
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

/** A monitoring that others share. */
export const shared: readonly Case[] = [
  {
    name: 'an alert of others, outside of the scope',
    system: 'alerts: { scope: { team: shop } }',
    before: async (site) => {
      await writeFile(site.file('exporter.prom'), 'queue_length 3\nothers_up 0\n')
      await site.untilFires('OthersDown')
    },
    verdict: 'held',
    also: tolerates('is firing (out of scope: alerts.scope is {team="shop"})'),
  },
  {
    name: 'an alert that always fires, ignored by its name',
    system: 'alerts: { ignore: [AlwaysFires] }',
    before: (site) => alwaysFires(site),
    verdict: 'held',
    also: (journal) => expect(journal.ignoredAlerts.map(({ alertname }) => alertname)).toEqual(['AlwaysFires']),
  },
  {
    name: 'an alert that always fires, and that what is ignored does not match',
    system: `alerts: { ignore: ['AlwaysFires{team="others"}'] }`,
    before: (site) => alwaysFires(site, '{ team: shop }'),
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
