import { describe, expect, it } from 'vitest'
import { APPS, checkName, proxyPath, resourcePath } from './paths.ts'
import { proxyUrl } from './proxy-url.ts'
import { parseWorkload, workloadPath } from './workload-place.ts'

describe('paths of an API server', () => {
  it('name lists, objects and their parts', () => {
    expect(resourcePath({ resource: 'nodes' })).toBe('/api/v1/nodes')
    expect(resourcePath({ api: APPS, namespace: 'shop', resource: 'deployments' })).toBe(
      '/apis/apps/v1/namespaces/shop/deployments',
    )
    expect(workloadPath({ namespace: 'shop', kind: 'statefulset', name: 'db' }, 'scale')).toBe(
      '/apis/apps/v1/namespaces/shop/statefulsets/db/scale',
    )
  })

  it('lead to a port of a Service, or to the one that has no name', () => {
    const place = { namespace: 'shop', resource: 'services', name: 'web' } as const
    expect(proxyPath({ ...place, port: 'http' })).toBe('/api/v1/namespaces/shop/services/http:web:http/proxy/')
    expect(proxyPath({ ...place, port: 8443, scheme: 'https' })).toBe(
      '/api/v1/namespaces/shop/services/https:web:8443/proxy/',
    )
    // With two parts, the API server would take the scheme for the name.
    expect(proxyPath(place)).toBe('/api/v1/namespaces/shop/services/http:web:/proxy/')
  })

  it.each(['', '..', 'a/b', 'a?b', 'a b', '-a', '--all', 'a%2fb', 'a..b', 'a\nb', 'x'.repeat(254)])(
    'refuse the name %j',
    (name) => {
      expect(() => checkName(name)).toThrow('is no name of an object')
      expect(() => resourcePath({ namespace: 'shop', resource: 'pods', name })).toThrow('is no name of an object')
    },
  )
})

describe('the URL of what is behind an API server', () => {
  it.each([
    ['lab', 'lab.kubernetes'],
    ['arn:aws:eks:eu-central-1:123:cluster/Shop', 'arn-aws-eks-eu-central-1-123-cluster-shop.kubernetes'],
    ['…', 'context.kubernetes'],
    [undefined, 'cluster.kubernetes'],
  ])('of the context %j names the cluster as its host', (context, host) => {
    const url = proxyUrl({ context }, { namespace: 'm', resource: 'services', name: 'p', port: 'web' })
    expect(new URL('api/v1/query', url).href).toBe(
      `http://${host}/api/v1/namespaces/m/services/http:p:web/proxy/api/v1/query`,
    )
  })
})

describe('a workload', () => {
  it('is named by kind and name', () => {
    expect(parseWorkload('Deployment/checkout')).toEqual({ kind: 'deployment', name: 'checkout' })
    for (const text of ['checkout', 'pod/checkout', 'deployment/', 'deployment/A', 'deployment/a/b', 'toString/a'])
      expect(parseWorkload(text), text).toBeUndefined()
  })
})
