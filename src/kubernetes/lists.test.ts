import { describe, expect, it } from 'vitest'
import type { ApiRequest, Cluster } from './cluster.ts'
import { isSelected, listAll, selectorText } from './lists.ts'

describe('a list', () => {
  it('is read page by page', async () => {
    const asked: (string | undefined)[] = []
    const request = async ({ query }: ApiRequest) => {
      asked.push(query?.continue)
      const page = Number(query?.continue ?? 0)
      const more = page < 2 ? { continue: String(page + 1) } : {}
      return { metadata: { resourceVersion: '1', ...more }, items: [page] }
    }
    expect(await listAll({ request } as unknown as Cluster, { path: '/api/v1/pods' })).toEqual([0, 1, 2])
    expect(asked).toEqual([undefined, '1', '2'])
  })

  it('that has no end is given up', async () => {
    const request = async () => ({ metadata: { resourceVersion: '1', continue: 'more' }, items: [] })
    await expect(listAll({ request } as unknown as Cluster, { path: '/api/v1/pods' })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_ANSWER',
    })
  })
})

describe('a selector', () => {
  const selector = {
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['front', 'back'] },
      { key: 'old', operator: 'DoesNotExist' },
      { key: 'zone', operator: 'Exists' },
      { key: 'env', operator: 'NotIn', values: ['dev'] },
    ],
  } as const

  it('is a query', () => {
    expect(selectorText(selector)).toBe('app=web,tier in (front,back),!old,zone,env notin (dev)')
  })

  it.each([
    [{ app: 'web', tier: 'back', zone: 'a' }, true],
    [{ app: 'web', tier: 'back', zone: 'a', env: 'dev' }, false],
    [{ app: 'web', tier: 'back', zone: 'a', old: '' }, false],
    [{ app: 'web', tier: 'back' }, false],
    [{ app: 'web', zone: 'a' }, false],
    [{ app: 'db', tier: 'back', zone: 'a' }, false],
  ])('selects labels: %j → %s', (labels, is) => {
    expect(isSelected(labels, selector)).toBe(is)
  })

  it('without conditions selects everything', () => {
    expect(isSelected({}, {})).toBe(true)
  })
})
