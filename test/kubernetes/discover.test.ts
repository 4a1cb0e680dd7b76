import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { faultUses, permissions } from '../../src/foreign/kubernetes/access/permissions.ts'
import { defineResources, resource } from './operator-resources.ts'
import { Shop } from './shop.ts'
import { CONTEXT, testCluster } from './test-cluster.ts'

interface Finding {
  name: string
  status: 'ok' | 'note' | 'bad'
  detail: string
  help: string[]
}

/** A pod that is lost, and the alert that counts pods. */
const DRILL = `
title: A pod is lost
why: Nobody notices one pod of two, unless an alert counts them.
steadyState:
  - metric: sum(up{job="shop"})
    is: "== 2"
load: none
method:
  - { at: 1s, fault: lose, target: shop, for: 60s }
expectations:
  - { alert: ShopTooFew, within: 30s }
  - { steady: true, within: 90s }
  - noOtherAlert: { except: [ShopPodDown] }
`

/** From a cluster that nobody has described to a verdict: by what the tool prints alone, and with no more rights than that takes. */
describe('a system that is found in a cluster', () => {
  let shop: Shop
  beforeAll(async () => {
    const cluster = testCluster()
    await defineResources(cluster)
    shop = await Shop.start(cluster, { prefix: 'discover' })
    const { name: namespace } = shop.namespace
    await shop.namespace.apply(
      resource('Prometheus', 'main', {
        ruleSelector: { matchLabels: { release: 'shop' } },
        serviceMonitorSelector: {},
        alerting: { alertmanagers: [{ namespace, name: 'alertmanager', port: 'web' }] },
      }),
      resource('Alertmanager', 'main', { alertmanagerConfigSelector: {} }),
      resource('AlertmanagerConfig', 'pager', { route: { receiver: 'pager' }, receivers: [{ name: 'pager' }] }),
      resource('PrometheusRule', 'unlabelled', {
        groups: [{ name: 'all', rules: [{ alert: 'Slow', expr: 'up == 0' }] }],
      }),
      resource(
        'PrometheusRule',
        'labelled',
        { groups: [{ name: 'all', rules: [{ alert: 'ShopGone', expr: 'absent(up{job="shop"})' }] }] },
        { release: 'shop' },
      ),
      resource('ServiceMonitor', 'shop', {
        selector: { matchLabels: { app: 'shop' } },
        endpoints: [{ port: 'metrics' }],
      }),
    )
  })
  afterAll(() => shop?.remove())

  const discover = (...more: string[]) =>
    shop.run([
      'system',
      'discover',
      shop.file('found.yaml'),
      '--context',
      CONTEXT,
      '--namespace',
      shop.namespace.name,
      ...more,
    ])
  const check = async (env: Record<string, string> = {}): Promise<Finding[]> => {
    const { stdout, stderr } = await shop.state.run(['system', 'check', shop.file('found.yaml'), '--json'], {
      env: { ...shop.namespace.cluster.env, ...env },
      extendEnv: true,
    })
    expect(stdout, stderr).toContain('findings')
    return (JSON.parse(stdout) as { findings: Finding[] }).findings
  }

  it('is described: its monitoring has answered, and its services have the labels of their targets', async () => {
    const { stdout, stderr } = await discover('--json')
    expect(stdout, stderr).toContain('services')
    const found = JSON.parse(stdout)
    expect(found.prometheus).toMatchObject({ service: 'prometheus', proof: { version: expect.any(String) } })
    expect(found.alertmanager).toMatchObject({ service: 'alertmanager', proof: { version: expect.any(String) } })
    expect(found.services).toMatchObject([
      {
        name: 'shop',
        workload: 'deployment/shop',
        replicas: 2,
        labels: { job: 'shop' },
        from: 'its targets in Prometheus',
      },
    ])
  })

  it('is not described again over a file that is there', async () => {
    const before = await readFile(shop.file('found.yaml'), 'utf8')
    const refused = await discover()
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toContain('--overwrite')
    expect(await readFile(shop.file('found.yaml'), 'utf8')).toBe(before)
    expect((await discover('--overwrite')).exitCode).toBe(0)
  })

  it('is checked: what is not selected, what selects nothing, which alert is lost, which can miss a lost pod', async () => {
    const findings = await check()
    expect(findings.filter(({ status }) => status === 'bad')).toEqual([])
    const { name: namespace } = shop.namespace
    const details = findings.map(({ detail }) => detail).join('\n')
    expect(details).toContain(`no Prometheus evaluates PrometheusRule ${namespace}/unlabelled`)
    expect(details).not.toContain(`PrometheusRule ${namespace}/labelled`)
    expect(details).toContain(
      `ServiceMonitor ${namespace}/shop scrapes a port that Service ${namespace}/shop does not have`,
    )
    expect(details).toContain(`AlertmanagerConfig ${namespace}/pager never gets ShopGone`)
    expect(details).toContain('ShopPodDown can miss a pod that is lost')
    expect(details).toContain('ShopTooFew counts them')
  })

  it('has the command for a label that is missing: with it the rule is selected', async () => {
    const line = (await check()).flatMap(({ help }) => help).find((one) => one.includes('label prometheusrule'))
    const [program, ...args] = (line ?? '').split(' ')
    expect(program).toBe('kubectl')
    await shop.namespace.cluster.kubectl(args)
    expect((await check()).map(({ detail }) => detail).join('\n')).not.toContain('/unlabelled')
  })

  it('is granted every fault by the Role that is printed for all of them', async () => {
    const { name: namespace } = shop.namespace
    await shop.namespace.kubectl(['create', 'serviceaccount', 'everything'])
    const bind = `serviceaccount:${namespace}:everything`
    // It has no link.
    const uses = faultUses.filter((use) => !('on' in permissions[use]))
    const args = ['--faults', uses.join(','), '--name', 'everything', '--bind', bind]
    const role = await shop.run(['system', 'role', shop.file('found.yaml'), ...args])
    await shop.namespace.cluster.kubectl(['apply', '-f', '-'], role.stdout)
    const findings = await check({ KUBECONFIG: await accountConfig(shop, 'everything') })
    const access = findings.filter(({ name }) => name === 'access')
    expect(access).toMatchObject([{ status: 'ok', detail: `allows in ${namespace}: ${uses.join(', ')}` }])
  })

  it('is drilled by an account that has the printed Role, and no other right', async () => {
    const { name: namespace } = shop.namespace
    await shop.namespace.kubectl(['create', 'serviceaccount', 'drills'])
    const bind = `serviceaccount:${namespace}:drills`
    const role = await shop.run(['system', 'role', shop.file('found.yaml'), '--faults', 'lose', '--bind', bind])
    expect(role.exitCode, role.stderr).toBe(0)
    await shop.namespace.cluster.kubectl(['apply', '-f', '-'], role.stdout)
    const env = { KUBECONFIG: await accountConfig(shop, 'drills') }

    const findings = await check(env)
    expect(findings.filter(({ status }) => status === 'bad')).toEqual([])
    const access = findings.filter(({ name }) => name === 'access').map(({ detail }) => detail)
    expect(access.join('\n')).toContain(`allows in ${namespace}: lose`)
    expect(access.join('\n')).toMatch(/may not get and create pods\/exec in .*: crash is switched off/)

    await writeFile(shop.file('drills/lose.yaml'), DRILL)
    const args = ['run', shop.file('drills/lose.yaml'), '--system', shop.file('found.yaml'), '--json']
    const { stdout, stderr } = await shop.state.run(args, {
      env: { ...shop.namespace.cluster.env, ...env },
      extendEnv: true,
    })
    expect(stdout, stderr).toContain('verdict')
    const journal = JSON.parse(stdout) as Journal
    expect(journal.reasons).toEqual([])
    expect(journal.verdict).toBe('held')
  })
})

/** A kubeconfig by which a service account signs in, with the context of the cluster. */
async function accountConfig(shop: Shop, account: string): Promise<string> {
  const { namespace } = shop
  const { secrets } = await namespace.read<{ secrets: { name: string }[] }>(['serviceaccount', account])
  const secret = await namespace.read<{ data: { token: string } }>(['secret', secrets[0]?.name ?? ''])
  const token = Buffer.from(secret.data.token, 'base64').toString()
  const config = JSON.parse(
    await namespace.cluster.kubectl(['config', 'view', '--minify', '--flatten', '-o', 'json']),
  ) as {
    users: { user: object }[]
  }
  const path = shop.file(`${account}.kubeconfig`)
  await writeFile(path, JSON.stringify({ ...config, users: config.users.map((one) => ({ ...one, user: { token } })) }))
  return path
}
