import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderedStack } from './stack-in-pods.ts'
import { type TestNamespace, testCluster } from './test-cluster.ts'

let namespace: TestNamespace
let rendered: Awaited<ReturnType<typeof renderedStack>>
beforeAll(async () => {
  namespace = await testCluster().namespace('manifests')
  rendered = await renderedStack(namespace.name)
})
afterAll(async () => {
  await namespace?.remove()
  await rendered?.remove()
})

describe('the manifests of the stack', () => {
  it('are accepted by the API server as they are rendered', async () => {
    const printed = await namespace.kubectl(['apply', '--dry-run=server', '-k', rendered.folder])
    const lines = printed.split('\n')
    expect(lines.filter((line) => !/(created|configured) \(server dry run\)$/.test(line))).toEqual([])
    expect(lines.length).toBeGreaterThan(70)
  })

  it('give each account what its part needs, and nothing more', async () => {
    const objects = await rendered.objects(namespace.cluster)
    const access = objects.filter(({ kind }) => ['ServiceAccount', 'Role', 'RoleBinding'].includes(kind))
    await namespace.apply(...access)
    const may = async (account: string, ...what: string[]) => {
      const as = `--as=system:serviceaccount:${namespace.name}:${account}`
      return (await namespace.kubectl(['auth', 'can-i', ...what, as]).catch(() => 'no')).trim() === 'yes'
    }
    expect(await may('responder', 'delete', 'pods')).toBe(true)
    expect(await may('responder', 'patch', 'deployments/store', '--subresource=scale')).toBe(true)
    expect(await may('responder', 'patch', 'deployments/redis', '--subresource=scale')).toBe(false)
    expect(await may('responder', 'patch', 'deployments/store')).toBe(false)
    expect(await may('responder', 'get', 'secrets')).toBe(false)
    expect(await may('responder', 'create', 'pods', '--subresource=exec')).toBe(false)
    expect(await may('prometheus', 'list', 'endpoints')).toBe(true)
    expect(await may('prometheus', 'get', 'secrets')).toBe(false)
    expect(await may('setup', 'get', 'secrets/all-secrets')).toBe(true)
    expect(await may('setup', 'get', 'secrets/another')).toBe(false)
  })
})
