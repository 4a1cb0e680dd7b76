import { describe, expect, it } from 'vitest'
import { FiredrillError } from '../../../base/errors.ts'
import { type ApiRequest, type Cluster, kubernetesErrors } from '../../../kubernetes/cluster.ts'
import type { KubernetesObject } from '../../../kubernetes/objects.ts'
import { inspectOperator } from './inspect-operator.ts'
import { metaOf, prometheus, rule } from './test-operator.ts'

const V1 = '/apis/monitoring.coreos.com/v1'
const listOf = (...items: KubernetesObject[]) => ({ metadata: { resourceVersion: '1' }, items })
const forbidden = kubernetesErrors.error('FD_KUBERNETES_FORBIDDEN', { message: 'forbidden' })

/** What an API server answers, by path. */
const ANSWERS: Record<string, unknown> = {
  '/apis': { groups: [{ name: 'monitoring.coreos.com', versions: [{ groupVersion: 'monitoring.coreos.com/v1' }] }] },
  [V1]: {
    resources: ['prometheuses', 'prometheusrules'].map((name) => ({ name, kind: name, verbs: ['list'] })),
  },
  [`${V1}/prometheuses`]: listOf(prometheus()),
  [`${V1}/namespaces/shop/prometheusrules`]: listOf(rule('shop/checkout', { Down: 'up == 0' })),
  '/api/v1/namespaces/shop/services': listOf(),
  '/api/v1/namespaces/shop': { metadata: metaOf('/shop') },
}

function findingsOf(answers: Record<string, unknown>) {
  const cluster: Pick<Cluster, 'request'> = {
    request: async <T>({ path }: ApiRequest): Promise<T> => {
      const answer = answers[path]
      if (answer instanceof FiredrillError) throw answer
      if (answer === undefined) throw kubernetesErrors.error('FD_KUBERNETES_NOT_FOUND', { message: `no ${path}` })
      return answer as T
    },
  }
  return inspectOperator(cluster, { namespaces: ['shop'], monitoring: ['monitoring'], kubectl: 'kubectl' })
}

describe('inspectOperator', () => {
  it('says that all is selected', async () => {
    expect(await findingsOf(ANSWERS)).toEqual([
      { name: 'operator', status: 'ok', detail: 'all is selected in shop: 1 PrometheusRule, 0 monitors', help: [] },
    ])
  })

  it('reports nothing of a cluster without the operator', async () => {
    expect(await findingsOf({ ...ANSWERS, '/apis': { groups: [] } })).toEqual([])
  })

  it('reads the namespace of the monitoring where all may not be listed', async () => {
    const unselecting = prometheus({ ruleSelector: { matchLabels: { release: 'kps' } } })
    const answers = {
      ...ANSWERS,
      [`${V1}/prometheuses`]: forbidden,
      [`${V1}/namespaces/monitoring/prometheuses`]: listOf(unselecting),
    }
    const [finding] = await findingsOf(answers)
    expect(finding?.detail).toContain('Prometheus monitoring/k8s wants the label release=kps')
  })

  it('says what it may not read, and claims nothing of it', async () => {
    const answers = {
      ...ANSWERS,
      [`${V1}/prometheuses`]: forbidden,
      [`${V1}/namespaces/monitoring/prometheuses`]: forbidden,
    }
    expect(await findingsOf(answers)).toEqual([
      { name: 'operator', status: 'note', detail: 'not checked: prometheuses of monitoring: forbidden', help: [] },
    ])
  })
})
