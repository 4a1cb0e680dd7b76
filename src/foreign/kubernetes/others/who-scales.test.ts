import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { refused, TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { whoScales } from './who-scales.ts'

const SCALERS = '/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers'
const FACT = 'deployment/web in shop: 5 replicas instead of 2'

let server: TestApiServer
beforeEach(async () => {
  server = await TestApiServer.start()
})
afterEach(() => server.close())

const putScaler = (name: string, kind: string, of: string) =>
  server.put(`${SCALERS}/${name}`, { spec: { scaleTargetRef: { kind, name: of } } })
const ask = async (by?: string) => {
  const place = { namespace: 'shop', kind: 'deployment', name: 'web' } as const
  const { text, isAutoscaler } = await whoScales(server.cluster(), place, { from: 2, to: 5, by })
  expect(isAutoscaler).toBe(text.includes('HorizontalPodAutoscaler'))
  return text
}

describe('who has scaled a workload', () => {
  it('is the program that has written the number', async () => {
    putScaler('web-scaler', 'Deployment', 'web')
    expect(await ask('kubectl')).toBe(`${FACT}, set by kubectl`)
    expect(server.requests).toEqual([])
  })

  it('is the autoscaler of that workload', async () => {
    putScaler('other', 'Deployment', 'shop')
    putScaler('of-a-set', 'StatefulSet', 'web')
    expect(await ask()).toBe(FACT)
    expect(await ask('kube-controller-manager')).toBe(`${FACT}, set by kube-controller-manager, as autoscalers do`)
    putScaler('web-scaler', 'Deployment', 'web')
    expect(await ask()).toBe(`${FACT}; HorizontalPodAutoscaler web-scaler scales it`)
    expect(await ask('kube-controller-manager')).toBe(`${FACT}, set by HorizontalPodAutoscaler web-scaler`)
    expect(await ask('k3s')).toBe(`${FACT}, set by HorizontalPodAutoscaler web-scaler`)
  })

  it('is a program of its own, as KEDA has, where it scales between none and one; the autoscaler is named beside it', async () => {
    expect(await ask('keda')).toBe(`${FACT}, set by keda`)
    putScaler('keda-hpa-web', 'Deployment', 'web')
    expect(await ask('keda')).toBe(`${FACT}, set by keda; HorizontalPodAutoscaler keda-hpa-web scales it`)
  })

  it('is not known where autoscalers may not be read: the fact is said all the same', async () => {
    server.intercept = () => refused(403, 'Forbidden', 'horizontalpodautoscalers is forbidden')
    expect(await ask()).toBe(FACT)
  })
})
