import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { unattendedGroups } from '../../../stack/alerts/alerts.ts'
import { profiles } from '../../../stack/profile.ts'
import { renderAlertmanager } from '../../../stack/render/alertmanager.ts'
import { defaultSettings } from '../../../stack/settings.ts'
import { describeStack } from '../../../stack/topology.ts'
import { kubernetesContext } from '../manifests/context.ts'
import { endpointDiscovery } from '../manifests/endpoint-discovery.ts'
import { renderOperator } from './render.ts'

const settings = {
  ...defaultSettings,
  slack: { webhookUrl: 'https://hooks.slack.invalid/SECRET', channel: '#drills' },
  email: {
    smarthost: 'mail:25',
    from: 'a@b',
    to: 'c@d',
    login: { username: 'u', password: 'SECRET-p' },
    requireTls: true,
  },
}
const { production: profile } = profiles
const topology = describeStack(profile, settings, { dashboards: new Map(), discovery: endpointDiscovery })
const options = { profile, settings, namespace: 'shop', labels: { release: 'monitoring' } }
const files = renderOperator(topology, options)
const objectsIn = (file: string) => parseAllDocuments(files.get(file) ?? '').map((document) => document.toJS())

interface Route {
  receiver: string
  matchers?: { name: string; value: string; matchType: string }[]
  groupWait?: string
  groupInterval?: string
  repeatInterval?: string
  groupBy?: string[]
  continue?: boolean
  routes?: Route[]
}

describe('what prometheus-operator gets', () => {
  it('is selected by the labels that were given, in the namespace of the stack', () => {
    const all = [...files.keys()].flatMap(objectsIn) as { metadata: { labels: object; namespace: string } }[]
    expect(all.length).toBeGreaterThan(15)
    for (const { metadata } of all)
      expect(metadata).toMatchObject({ labels: { release: 'monitoring' }, namespace: 'shop' })
    expect([...files.values()].join('\n')).not.toContain('SECRET')
  })

  it('has every alert rule, each with the namespace that its routes are matched by', () => {
    const [{ spec }] = objectsIn('prometheus-rule.yaml') as [
      { spec: { groups: { name: string; rules: { alert?: string; labels?: Record<string, string> }[] }[] } },
    ]
    const rules = spec.groups.flatMap((group) => group.rules).filter(({ alert }) => alert !== undefined)
    const shipped = unattendedGroups.flatMap(({ alerts }) => alerts.map(({ alert }) => alert))
    expect(rules.map(({ alert }) => alert)).toEqual(expect.arrayContaining(shipped))
    expect(rules.filter(({ labels }) => labels?.namespace !== 'shop')).toEqual([])
  })

  it('has a monitor for each part with metrics that the operator does not run itself, with its password', () => {
    const monitors = objectsIn('service-monitors.yaml') as {
      metadata: { name: string }
      spec: { endpoints: { port: string; interval: string; basicAuth?: { password: object } }[] }
    }[]
    const scraped = topology.parts.filter(({ metrics }) => metrics !== undefined).map(({ name }) => name)
    expect(monitors.map(({ metadata }) => metadata.name)).toEqual(
      scraped.filter((name) => name !== 'prometheus' && name !== 'alertmanager'),
    )
    const of = (name: string) => monitors.find(({ metadata }) => metadata.name === name)?.spec.endpoints[0]
    expect(of('store')).toMatchObject({ port: 'main', interval: '15s', scrapeTimeout: '15s' })
    expect(of('store')).not.toHaveProperty('basicAuth')
    expect(of('node-exporter')?.basicAuth?.password).toEqual({ name: 'prometheus-secrets', key: 'exporters' })
  })

  it('has the same routes as Alertmanager of the stack', () => {
    const [{ spec }] = objectsIn('alertmanager-config.yaml') as [
      { spec: { route: Route; receivers: Record<string, unknown>[]; inhibitRules: { sourceMatch: object[] }[] } },
    ]
    const original = parse(
      renderAlertmanager(topology.parts, options, kubernetesContext(topology, 'alertmanager')),
    ) as {
      route: Record<string, unknown>
      inhibit_rules: { source_matchers: string[] }[]
    }
    const back = ({ matchers, groupBy, groupWait, groupInterval, repeatInterval, routes, ...rest }: Route): object => ({
      ...rest,
      ...(matchers && { matchers: matchers.map(({ name, matchType, value }) => `${name}${matchType}"${value}"`) }),
      ...(groupBy && { group_by: groupBy }),
      ...(groupWait && { group_wait: groupWait }),
      ...(groupInterval && { group_interval: groupInterval }),
      ...(repeatInterval && { repeat_interval: repeatInterval }),
      ...(routes && { routes: routes.map(back) }),
    })
    expect(back(spec.route)).toEqual(original.route)
    expect(spec.inhibitRules.length).toBe(original.inhibit_rules.length)
    expect(spec.inhibitRules[0]?.sourceMatch).toEqual([
      { name: 'alertname', value: 'ServiceUnsettled', matchType: '=' },
    ])
    const [responder, , slack, email] = spec.receivers
    expect(responder).toEqual({
      name: 'responder',
      webhookConfigs: [
        {
          url: 'http://responder.shop.svc:5001/webhook',
          sendResolved: true,
          maxAlerts: 1_000,
          httpConfig: {
            authorization: { type: 'Bearer', credentials: { name: 'alertmanager-secrets', key: 'webhook' } },
          },
        },
      ],
    })
    expect(slack).toMatchObject({
      slackConfigs: [
        { apiURL: { name: 'alertmanager-secrets', key: 'secrets.slack-webhook-url' }, channel: '#drills' },
      ],
    })
    expect(email).toMatchObject({
      emailConfigs: [
        {
          authUsername: 'u',
          authPassword: { name: 'alertmanager-secrets', key: 'secrets.smtp-password' },
          requireTLS: true,
          headers: [{ key: 'Subject', value: expect.stringContaining('[Firedrill]') }],
        },
      ],
    })
  })

  it('probes each part from outside by the name of its service', () => {
    const probes = objectsIn('probes.yaml') as {
      metadata: { name: string }
      spec: { module: string; targets: { staticConfig: { static: string[] } } }
    }[]
    const of = (name: string) => probes.find(({ metadata }) => metadata.name === name)?.spec
    expect(of('store')?.targets.staticConfig.static).toEqual(['http://store.shop.svc:8000/ready'])
    expect(of('postgres')).toMatchObject({
      module: 'tcp_connect',
      targets: { staticConfig: { static: ['postgres.shop.svc:5432'] } },
    })
  })
})
