import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { addRule, type Case, series } from './case.ts'

/** A service that is not what its description says, and series that are not what they seem. */

export const targets: readonly Case[] = [
  {
    name: 'another program than the description says',
    describe: (yaml) => yaml.replace('pidFile: run/app.pid', 'pidFile: run/app.pid\n      is: { program: python3 }'),
    verdict: 'inconclusive',
    reason: 'its program is node, not python3',
  },
  {
    name: 'a pid file that names no process',
    describe: (yaml) => yaml.replace('pidFile: run/app.pid', 'pidFile: run/lost.pid'),
    // No process has this pid: it is one more than the greatest that there is.
    before: (site) => writeFile(site.file('run/lost.pid'), '4194304'),
    verdict: 'inconclusive',
    reason: 'shop-1',
  },
  {
    name: 'a process that is frozen before the run',
    before: (site) => site.signalApp('SIGSTOP'),
    after: (site) => site.signalApp('SIGCONT'),
    verdict: 'inconclusive',
    reason: 'shop',
  },
  {
    name: 'a process that its own people start again in the middle of the run',
    during: async (site) => {
      await site.untilFires('ShopDown')
      await site.startApp()
    },
    verdict: 'held',
    also: (journal) => expect(journal.repairedBy).not.toBe('responder'),
  },
  {
    name: 'labels that no target of Prometheus has',
    describe: (yaml) => yaml.replace('labels: { job: shop }', 'labels: { job: shoop }'),
    before: async (site) => {
      const { findings } = await site.check()
      expect(JSON.stringify(findings)).toContain('shoop')
    },
    // The drill asks for the series by itself.
    verdict: 'held',
  },
  {
    name: 'a target of others that is down',
    before: async (site) => {
      await site.edit('prometheus', 'prometheus.yml', (text) =>
        text.replace(
          '  - job_name: prometheus',
          '  - job_name: others\n    static_configs: [{ targets: ["127.0.0.1:9"] }]\n  - job_name: prometheus',
        ),
      )
      await site.untilQuery('up{job="others"} == 0')
    },
    verdict: 'held',
  },
  {
    name: 'a rule that cannot be evaluated as soon as the shop is down',
    before: (site) =>
      addRule(site, 'ShopGone', 'up == on(job) group_left() (up{job="shop"} or up{job="shop"} offset 1s)'),
    during: (site) => series(site, 'up{job="shop",instance="a"} 1\nup{job="shop",instance="b"} 1\n'),
    verdict: 'inconclusive',
    reason: 'ShopGone',
  },
]
