import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { type Case, holdFor, series, stageAt } from './case.ts'

/** What the system demands of a run. */

const abortWhen = (condition: string) => `abortWhen: [${condition}]`
const QUEUE = abortWhen('{ metric: "queue_length > 100 or vector(0)", is: "> 100" }')
const SEEN = abortWhen('{ metric: max(others_up), is: "== 0" }')

export const safety: readonly Case[] = [
  {
    name: 'a condition that would end the run, true before it begins',
    system: QUEUE,
    before: async (site) => {
      await site.edit('prometheus', 'rules.yml', (text) => text.replace('queue_length > 100', 'queue_length > 1000'))
      await series(site, 'queue_length{queue="mail"} 500\n')
      await site.untilQuery('max(queue_length) > 100')
    },
    verdict: 'inconclusive',
    reason: 'abortWhen is true already',
  },
  {
    name: 'a condition that would end the run, and that has no value',
    system: abortWhen('{ metric: no_such_series, is: "> 1" }'),
    verdict: 'inconclusive',
    reason: 'abortWhen: no_such_series',
  },
  {
    name: 'a condition that comes true in the middle of the run',
    system: QUEUE,
    before: (site) => holdFor(site, 'for: 5s'),
    during: (site) => series(site, 'queue_length{queue="mail"} 500\n'),
    verdict: 'aborted',
    reason: 'queue_length > 100',
    also: (journal) => expect(journal.faults[0]?.lifted).not.toBeNull(),
  },
  {
    name: 'a condition that nobody can see any more in the middle of the run',
    system: SEEN,
    drill: (yaml) =>
      yaml.replace('for: 8s', 'for: 60s').replaceAll('within: 8s', 'within: 60s').replace('within: 30s', 'within: 90s'),
    before: (site) => holdFor(site, 'for: 20s'),
    during: (site) => writeFile(site.file('exporter.prom'), 'queue_length 3\n'),
    verdict: 'aborted',
    reason: 'max(others_up)',
  },
  {
    name: 'an alert that ends the run, and fires in the middle of it',
    system: abortWhen('{ alert: OthersDown }'),
    before: (site) => holdFor(site, 'for: 5s'),
    during: (site) => series(site, 'others_up{zone="b"} 0\n'),
    verdict: 'aborted',
    reason: 'OthersDown',
  },
  {
    name: 'an alert that ends the run, and that no rule defines',
    system: abortWhen('{ alert: OtherDown }'),
    verdict: 'refused',
    reason: 'OtherDown',
  },
  {
    name: 'an alert that ends the run, and that the drill expects',
    system: abortWhen('{ alert: ShopDown }'),
    verdict: 'refused',
    reason: 'ShopDown',
  },
  {
    name: 'a condition for the start that is not true',
    system: 'onlyIf: { metric: max(others_up), is: "== 2" }',
    verdict: 'inconclusive',
    reason: 'onlyIf',
  },
  ...[
    { left: '50 %', ratio: 0.0005, verdict: 'held' as const },
    {
      left: '5 %',
      ratio: 0.00095,
      verdict: 'inconclusive' as const,
      reason: 'budget > 20 %: 5.0 % is left of shop-availability',
    },
  ].map(
    ({ left, ratio, ...outcome }): Case => ({
      name: `a budget of which ${left} is left, by the rules that Sloth generates`,
      system: 'onlyIf: budget > 20%',
      before: async (site) => {
        await series(site, `shop_error_ratio ${ratio}\n`)
        await site.edit('prometheus', 'prometheus.yml', (text) => text.replace('[rules.yml]', '[rules.yml, slo.yml]'))
        await site.untilQuery('slo:period_error_budget_remaining:ratio')
      },
      ...outcome,
    }),
  ),
  {
    name: 'a bound of time that is shorter than the drill',
    system: 'maxDuration: 5s',
    verdict: 'refused',
    reason: 'maxDuration',
  },
  {
    name: 'a quorum that spares no replica',
    describe: (yaml) => yaml.replace('health: /health', 'health: /health\n    quorum: 1'),
    verdict: 'refused',
    reason: 'quorum',
  },
  {
    name: 'a system of production that nobody has named',
    describe: (yaml) =>
      yaml
        .replace('environment: lab', 'environment: production\nabortWhen: none\nmaxDuration: 10m\nmaxReplicas: 1')
        .replace('pidFile: run/app.pid', 'pidFile: run/app.pid\n      is: { program: node }'),
    verdict: 'refused',
    reason: '--environment production',
  },
  {
    name: 'another environment than the one that is named',
    args: ['--environment', 'staging'],
    verdict: 'refused',
    reason: 'staging',
  },
  {
    name: 'a halt in the middle of the run',
    before: (site) => holdFor(site, 'for: 5s'),
    during: async (site) => {
      const { exitCode } = await site.run(['halt', '--why', 'a real fire', '--system', site.file('firedrill.yaml')])
      expect(exitCode).toBe(0)
    },
    after: async (site) => {
      await site.run(['halt', '--release', '--system', site.file('firedrill.yaml')])
    },
    verdict: 'aborted',
    reason: 'a real fire',
    also: (journal) => expect(stageAt(journal, 'injected')).not.toBeNull(),
  },
]
