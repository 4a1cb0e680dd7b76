import { type Case, expecting, route } from './case.ts'

/** Routes that lead elsewhere, or hold back. */

const NOBODY = '  - name: nobody\n'
const CEO = '  - name: ceo\n    webhook_configs: [{ url: "http://127.0.0.1:9/ceo" }]\n'
const notified = expecting('{ receiver: shop-pager, within: 20s }')
/** One more rule that fires with the one of the drill. */
const GONE = 'up{job="shop"} == 0'

export const routes: readonly Case[] = [
  {
    name: 'routes that lead to the pager, as the drill expects',
    drill: notified,
    verdict: 'held',
  },
  {
    name: 'a route above all others that leads to nobody',
    drill: notified,
    before: (site) => route(site, { routes: '{ matchers: [team = shop], receiver: nobody }', receivers: NOBODY }),
    verdict: 'deviated',
    reason: 'Alertmanager routes it to nobody',
  },
  {
    name: 'a receiver that is called otherwise',
    drill: expecting('{ receiver: shop-pagre, within: 20s }'),
    verdict: 'refused',
    reason: 'did you mean shop-pager?',
  },
  {
    name: 'a route that is silent at any time',
    drill: notified,
    before: (site) =>
      route(site, {
        routes: '{ matchers: [team = shop], receiver: shop-pager, mute_time_intervals: [always] }',
        more: 'time_intervals: [{ name: always, time_intervals: [{ times: [{ start_time: "00:00", end_time: "24:00" }] }] }]',
      }),
    verdict: 'deviated',
    reason: 'it is routed there, but',
  },
  {
    name: 'a group wait that is longer than the drill watches',
    drill: notified,
    before: (site) =>
      site.edit('alertmanager', 'alertmanager.yml', (text) => text.replace('group_wait: 250ms', 'group_wait: 5m')),
    verdict: 'refused',
    reason: "the monitoring's own clock takes at least 5 min",
  },
  {
    name: 'an alert of the same failure that holds back the one that is expected',
    drill: (yaml) => notified(yaml).replace('noOtherAlert: true', 'noOtherAlert: { except: [ShopGone] }'),
    before: async (site) => {
      await site.edit(
        'prometheus',
        'rules.yml',
        (text) => `${text}\n      - { alert: ShopGone, expr: '${GONE}', labels: { severity: critical, team: shop } }\n`,
      )
      await route(site, {
        more: 'inhibit_rules: [{ source_matchers: [alertname = ShopGone], target_matchers: [alertname = ShopDown] }]',
      })
    },
    verdict: 'deviated',
    reason: 'inhibited by ShopGone',
  },
  {
    name: 'a copy of each alert to somebody who is not to be woken',
    drill: expecting('{ notReceivedBy: ceo }'),
    before: (site) =>
      route(site, { routes: '{ receiver: ceo, continue: true }, { receiver: shop-pager }', receivers: CEO }),
    verdict: 'deviated',
    reason: 'ceo is not notified (notified of ShopDown',
  },
  {
    name: 'routes that change before the notification is due',
    drill: notified,
    before: (site) =>
      site.edit('alertmanager', 'alertmanager.yml', (text) => text.replace('group_wait: 250ms', 'group_wait: 6s')),
    during: (site) => route(site, { routes: '{ matchers: [team = shop], receiver: nobody }', receivers: NOBODY }),
    verdict: 'inconclusive',
    reason: 'the configuration of Alertmanager changed',
  },
]
