import { describe, expect, it } from 'vitest'
import { type ApiRequest, kubernetesErrors } from '../../../kubernetes/cluster.ts'
import { whoAsks } from './who-asks.ts'

const FORBIDDEN =
  'whoami is forbidden: User "system:serviceaccount:shop:weak" cannot get resource "whoami" in API group ""'

describe('whoAsks', () => {
  it('asks the cluster, where it can say so', async () => {
    const request = async <T>() => ({ status: { userInfo: { username: 'ann@example.org' } } }) as T
    expect(await whoAsks({ request }, 'shop')).toBe('user:ann@example.org')
  })

  it('reads it from a refusal of an older cluster', async () => {
    const request = async ({ path }: ApiRequest): Promise<never> => {
      throw path.startsWith('/apis/authentication')
        ? kubernetesErrors.error('FD_KUBERNETES_NOT_FOUND', { message: 'answered 404' })
        : kubernetesErrors.error('FD_KUBERNETES_FORBIDDEN', { message: FORBIDDEN })
    }
    expect(await whoAsks({ request }, 'shop')).toBe('serviceaccount:shop:weak')
  })

  it('does not guess', async () => {
    const request = async (): Promise<never> => {
      throw kubernetesErrors.error('FD_KUBERNETES_NOT_FOUND', { message: 'answered 404' })
    }
    expect(await whoAsks({ request }, 'shop')).toBeUndefined()
  })
})
