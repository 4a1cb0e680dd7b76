import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../../base/http/http-server.ts'
import { FakeRuntime } from '../../runtimes/fake/runtime.ts'
import { profiles } from '../../stack/profile.ts'
import { describeStack } from '../../stack/topology.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { ActiveFaults } from '../injector/active-faults.ts'
import { createControlServer } from './control-server.ts'

/** What another machine may ask for without a session: what it needs to begin one, and what is the same for every stack. */
const OPEN = ['/v1/health', '/v1/session', '/openapi.json', '/docs', '/docs/*']

const routes: { method: string; url: string }[] = []
let app: HttpServer
beforeAll(async () => {
  const onServer = (message: unknown) =>
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.push({ method: one, url })
    })
  subscribe('fastify.initialization', onServer)
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  app = createControlServer({
    runtime,
    faults: new ActiveFaults({ runtime, tokenOf: () => 'f' }),
    metrics: new Metrics(),
    tokens: { operator: 'o'.repeat(43), responder: 'r'.repeat(43) },
    readers: 'local',
    maintenanceToken: 'm',
    view: () => {
      throw new Error('nobody got this far')
    },
    down: () => undefined,
    logger: pino({ level: 'silent' }),
  })
  await app.ready()
  unsubscribe('fastify.initialization', onServer)
})
afterAll(() => app.close())

describe('a control server for readers on this machine', () => {
  it('lets another machine read nothing but what every stack has, whatever the route', async () => {
    const open: string[] = []
    for (const { method, url } of routes) {
      const answer = await app.inject({
        method: method as 'GET',
        url: url.replaceAll(/:\w+/g, 'x').replace('*', 'x'),
        remoteAddress: '192.0.2.7',
        // A proxy may say where a request comes from, and so may anybody.
        headers: { 'x-forwarded-for': '127.0.0.1' },
        ...(method === 'GET' ? {} : { payload: {} }),
      })
      if (answer.statusCode !== 401) open.push(`${method} ${url}`)
    }
    expect(routes.length).toBeGreaterThan(35)
    expect(open.sort()).toEqual([...OPEN.map((url) => `GET ${url}`), 'POST /v1/session'].sort())
  })

  it('lets this machine read its metrics, as Prometheus does', async () => {
    for (const remoteAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      expect((await app.inject({ url: '/metrics', remoteAddress })).statusCode).toBe(200)
    }
    expect((await app.inject({ url: '/metrics', remoteAddress: '::ffff:192.0.2.7' })).statusCode).toBe(401)
  })
})
