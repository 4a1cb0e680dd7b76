import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type TObject, Type } from '#typebox'
import { createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import { addFaults, findInside } from '../../services/faults/add-faults.ts'
import { addAdmission } from '../../services/http/admission.ts'
import { addHealthRoutes } from '../../services/http/health-routes.ts'
import { addHttpMetrics } from '../../telemetry/http-metrics.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import type { SubjectAnswer, SubjectRequest } from '../fault.ts'
import { Victim } from '../test-victim.ts'
import type { InsideFault } from './inside.ts'

const TOKEN = 't'.repeat(43)
export const ITEM = { key: 'a', value: 'x'.repeat(200) }

/** A small service that takes faults, put together as the real ones are. */
export class TestService extends Victim {
  readonly #app: HttpServer
  readonly folder: string
  #adopted: InsideFault | undefined
  url = ''
  /** How often a route's own handler was called. */
  handled = 0
  /** How often the dependency "source" was called. */
  asked = 0
  readonly askSource: (signal: AbortSignal) => Promise<number>

  private constructor(app: HttpServer, folder: string) {
    super()
    this.#app = app
    this.folder = folder
    const logger = pino({ level: 'silent' })
    const metrics = new Metrics()
    const dependencies = addFaults(
      app,
      { token: TOKEN, folder },
      { logger, find: async (name) => (name === this.#adopted?.name ? this.#adopted : findInside(name)) },
    )
    addHttpMetrics(app, metrics)
    addAdmission(app, { maxInFlight: 100, deadlineMs: 1_500, metrics })
    this.askSource = dependencies.guard(
      'source',
      async (_signal: AbortSignal) => ++this.asked,
      (signal) => signal,
    )
    addHealthRoutes(app, async () => ({ status: 'ready', dependencies: {} }))
    const Item = Type.Object({ key: Type.String(), value: Type.String() })
    app.get('/items/:key', { schema: { response: { 200: Item } } }, async () => {
      this.handled++
      return ITEM
    })
    app.get('/raw', (_request, reply) => {
      this.handled++
      void reply.type('application/json').send('{"raw":true}')
    })
    app.post('/items', { schema: { body: Item, response: { 201: Item } } }, async (request, reply) => {
      this.handled++
      return reply.code(201).send(request.body)
    })
  }

  static async start(): Promise<TestService> {
    const service = new TestService(
      createHttpServer({ logger: pino({ level: 'silent' }) }),
      await mkdtemp(join(tmpdir(), 'fd-faults-')),
    )
    service.url = await service.#app.listen({ host: '127.0.0.1', port: 0 })
    return service
  }

  override async request(wanted: SubjectRequest, token = TOKEN): Promise<SubjectAnswer> {
    const startedMs = performance.now()
    const response = await fetch(this.url + wanted.path, {
      method: wanted.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(wanted.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(wanted.body === undefined ? {} : { body: JSON.stringify(wanted.body) }),
    })
    return { status: response.status, body: await response.text(), tookMs: performance.now() - startedMs }
  }

  /** Takes a fault that is not in the map. */
  adopt<P extends TObject>(fault: InsideFault<P>): void {
    this.#adopted = fault as unknown as InsideFault
  }

  /** One request of a user. Status 0 when the connection was cut. */
  async get(path: string): Promise<SubjectAnswer> {
    return this.request({ method: 'GET', path }).catch(() => ({ status: 0, body: '', tookMs: 0 }))
  }

  /** The shortest of three requests, in milliseconds: a busy machine may be late with one, a delay is in all of them. */
  async quickestMs(path: string): Promise<number> {
    let shortestMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < 3; n++) shortestMs = Math.min(shortestMs, (await this.get(path)).tookMs)
    return shortestMs
  }

  /** A line of GET /metrics. */
  async metric(series: string): Promise<number> {
    const { body } = await this.request({ method: 'GET', path: '/metrics' })
    const line = body.split('\n').find((one) => one.startsWith(`${series} `))
    return Number(line?.slice(series.length + 1))
  }

  override async remove(): Promise<void> {
    await this.#app.close()
    await rm(this.folder, { recursive: true })
  }
}
