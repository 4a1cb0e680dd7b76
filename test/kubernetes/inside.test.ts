import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import type { Pod } from '../../src/kubernetes/objects.ts'
import { Shop } from './shop.ts'
import { testCluster } from './test-cluster.ts'

const ACCOUNT = 'runner'

/** Firedrill as a pod of the cluster, without kubectl: it has the rights of its service account and no others. */
describe('a drill that runs inside the cluster', () => {
  const cluster = testCluster()
  let shop: Shop
  let image: string
  beforeAll(async () => {
    image = await cluster.addFiredrill()
    shop = await Shop.start(cluster, { prefix: 'inside' })
    // The cluster around it needs no context.
    const system = (await readFile(shop.file('firedrill.yaml'), 'utf8')).replace('context: firedrill-test, ', '')
    const drill = await readFile(shop.file('drills/shop-crash.yaml'), 'utf8')
    await shop.namespace.apply(
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT } },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'system' },
        data: { 'firedrill.yaml': system, 'shop-crash.yaml': drill },
      },
    )
  })
  afterAll(() => shop?.remove())

  /** Runs a command in a pod to its end; what it printed, and its exit code. */
  async function inPod(
    name: string,
    command: readonly string[],
  ): Promise<{ code: number | undefined; printed: string }> {
    await shop.namespace.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        serviceAccountName: ACCOUNT,
        restartPolicy: 'Never',
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name,
            image,
            args: [...command, '--state', '/tmp/state'],
            volumeMounts: [{ name: 'system', mountPath: '/system' }],
          },
        ],
        volumes: [{ name: 'system', configMap: { name: 'system' } }],
      },
    })
    const ended = await waitUntil(
      async () => {
        const { status } = await shop.namespace.read<Pod>([`pod/${name}`])
        const terminated = status.containerStatuses?.[0]?.state?.terminated
        return terminated === undefined ? notYet(status.phase) : done(terminated)
      },
      { what: `pod ${name} to end`, timeoutMs: 150_000, intervalMs: 500 },
    )
    return { code: ended.exitCode, printed: await shop.namespace.kubectl(['logs', name]) }
  }

  it('is refused what its account may not do, and says what and how to allow it', async () => {
    const { code, printed } = await inPod('without-role', ['system', 'check', '/system/firedrill.yaml'])
    expect(code).not.toBe(0)
    expect(printed).toContain('may not')
  })

  it('holds with the Role that `system role` prints for its fault, and nothing else', async () => {
    const printed = await shop.run([
      ...['system', 'role', shop.file('firedrill.yaml'), '--faults', 'crash'],
      ...['--bind', `serviceaccount:${shop.namespace.name}:${ACCOUNT}`],
    ])
    expect(printed.exitCode, String(printed.all)).toBe(0)
    await shop.namespace.kubectl(['apply', '-f', '-'], String(printed.stdout))
    const { code, printed: logs } = await inPod('crash', [
      ...['run', '/system/shop-crash.yaml', '--system', '/system/firedrill.yaml'],
      ...['--busy', '--json'],
    ])
    expect(code, logs).toBe(0)
    // A log has both: what is printed, and what is logged on the way.
    const [text = ''] = /^\{$[\s\S]*^\}$/m.exec(logs) ?? []
    const journal = JSON.parse(text) as Journal
    expect(journal.verdict, journal.reasons.join('\n')).toBe('held')
  })
})
