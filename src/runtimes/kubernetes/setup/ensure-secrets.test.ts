import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { profiles } from '../../../stack/profile.ts'
import { defaultSettings } from '../../../stack/settings.ts'
import { describeStack } from '../../../stack/topology.ts'
import { SECRET_NAMES } from '../../native/state/state-folder.ts'
import { endpointDiscovery } from '../manifests/endpoint-discovery.ts'
import { ensureSecrets } from './ensure-secrets.ts'

const stack = { dashboards: new Map<string, string>(), discovery: endpointDiscovery }
const topology = describeStack(profiles.lab, undefined, stack)
const namespace = 'shop'

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
})
afterEach(() => server.close())

const path = (name: string) => `/api/v1/namespaces/${namespace}/secrets/${name}`
const dataOf = (name: string): Record<string, string> => {
  const { data = {} } = (server.objects.get(path(name)) ?? {}) as { data?: Record<string, string> }
  return Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]))
}
const writes = () => server.requests.filter(({ method }) => method !== 'GET')

describe('ensureSecrets', () => {
  it('generates every secret, and gives each part those alone that it asks for', async () => {
    await ensureSecrets(server.cluster(), { namespace, topology })
    const all = dataOf('all-secrets')
    expect(Object.keys(all).sort()).toEqual([...SECRET_NAMES].sort())
    expect(new Set(Object.values(all)).size).toBe(SECRET_NAMES.length)
    for (const secret of Object.values(all)) expect(secret).toMatch(/^[\w-]{43}$/)
    expect(dataOf('store-secrets')).toEqual({
      'faults-store': all['faults-store'],
      postgres: all.postgres,
      redis: all.redis,
    })
    expect(Object.keys(dataOf('responder-secrets')).sort()).toEqual(['maintenance', 'prometheus', 'webhook'])
    expect(dataOf('redis-secrets')['redis.conf']).toContain(`requirepass ${all.redis}\n`)
    expect(parse(dataOf('prometheus-secrets')['web.prometheus.yml'] ?? '')).toMatchObject({
      basic_auth_users: { firedrill: expect.stringMatching(/^\$2b\$/) },
    })
    expect(dataOf('prometheus-secrets').username).toBe('firedrill')
  })

  it('writes nothing the second time', async () => {
    const first = await ensureSecrets(server.cluster(), { namespace, topology })
    expect(first.length).toBeGreaterThan(10)
    const before = writes().length
    expect(await ensureSecrets(server.cluster(), { namespace, topology })).toEqual([])
    expect(writes().length).toBe(before)
  })

  it('keeps the secrets that it finds, and makes what follows from them again', async () => {
    await ensureSecrets(server.cluster(), { namespace, topology })
    const before = dataOf('all-secrets')
    const encoded = Buffer.from('chosen').toString('base64')
    const { postgres: _, ...others } = before
    const data = Object.fromEntries(
      Object.entries(others).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
    )
    server.put(path('all-secrets'), { data: { ...data, redis: encoded } } as object)
    const written = await ensureSecrets(server.cluster(), { namespace, topology })
    expect(dataOf('all-secrets')).toMatchObject({
      ...others,
      redis: 'chosen',
      postgres: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(written.sort()).toEqual(
      [
        'all-secrets',
        'postgres-exporter-secrets',
        'postgres-secrets',
        'quotes-secrets',
        'redis-secrets',
        'store-secrets',
        'worker-secrets',
      ].sort(),
    )
  })

  it('adds the webhook of Slack as a file for Alertmanager, and takes it away again', async () => {
    const settings = { ...defaultSettings, slack: { webhookUrl: 'https://hooks.example/T1' } }
    const withSlack = describeStack(profiles.lab, settings, stack)
    await ensureSecrets(server.cluster(), { namespace, topology: withSlack })
    expect(dataOf('alertmanager-secrets')['secrets.slack-webhook-url']).toBe('https://hooks.example/T1')
    expect(await ensureSecrets(server.cluster(), { namespace, topology })).toEqual(['alertmanager-secrets'])
    expect(dataOf('alertmanager-secrets')).not.toHaveProperty(['secrets.slack-webhook-url'])
  })

  it('fails when another creates the same Secret meanwhile, so that its job runs again', async () => {
    server.intercept = (method, asked) =>
      method === 'POST' && asked.endsWith('/secrets')
        ? { status: 409, body: { kind: 'Status', reason: 'AlreadyExists', message: 'already exists', code: 409 } }
        : undefined
    await expect(ensureSecrets(server.cluster(), { namespace, topology })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_CONFLICT',
    })
  })
})
