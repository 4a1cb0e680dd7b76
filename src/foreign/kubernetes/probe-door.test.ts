import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { proxyUrl } from '../../kubernetes/proxy-url.ts'
import { refused, TestApiServer } from '../../kubernetes/test-api-server.ts'
import { probeHttp } from '../../probes/http.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { probeDoor } from './probe-door.ts'

let server: TestApiServer
let cluster: Cluster
beforeEach(async () => {
  server = await TestApiServer.start()
  cluster = server.cluster()
})
afterEach(async () => {
  await cluster.close()
  await server.close()
})

const place = { namespace: 'monitoring', resource: 'services', name: 'prometheus', port: 'web' } as const
const PATH = '/api/v1/namespaces/monitoring/services/http:prometheus:web/proxy'
const url = proxyUrl({ context: 'lab' }, place)
const options = { timeoutMs: 5_000 }

describe('a probe through the API server', () => {
  it('reads Prometheus behind a Service, below a path too', async () => {
    const answer = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '7'] } })
    server.texts.set(`${PATH}/api/v1/query`, answer)
    server.texts.set(`${PATH}/prom/api/v1/query`, answer)
    const hosts: (string | undefined)[] = []
    server.onRequest = ({ headers }) => void hosts.push(headers.host)
    for (const base of [url, `${url}prom`]) {
      const prometheus = new Prometheus(base, { door: probeDoor(cluster) })
      expect(await prometheus.query('7', options)).toMatchObject([{ value: 7 }])
    }
    // What kubectl answers to, and not the name that people read.
    expect(hosts).toEqual(['localhost', 'localhost'])
  })

  it('asks a service, and takes what the API server says in its place for its answer', async () => {
    server.texts.set(`${PATH}/health`, 'fine')
    const door = probeDoor(cluster)
    expect(await probeHttp(`${url}health`, { ...options, door, wantsBody: true })).toMatchObject({
      status: 200,
      body: 'fine',
    })
    server.texts.clear()
    server.intercept = () => refused(503, 'ServiceUnavailable', 'no endpoints available for service "prometheus"')
    expect(await probeHttp(`${url}health`, { ...options, door })).toMatchObject({ status: 503 })
  })

  it('says why where the cluster cannot be reached', async () => {
    const nowhere = {
      ...cluster,
      door: { connect: () => Promise.reject(new Error('there is no program kubectl')), headers: async () => ({}) },
    }
    const door = probeDoor(nowhere)
    expect(await probeHttp(`${url}health`, { ...options, door })).toMatchObject({
      error: 'there is no program kubectl',
    })
    await expect(new Prometheus(url, { door }).query('7', options)).rejects.toMatchObject({
      code: 'FD_PROBE_UNREACHABLE',
      message: 'there is no program kubectl',
    })
  })
})
