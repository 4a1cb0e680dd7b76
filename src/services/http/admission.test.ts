import { type Logger, pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../base/http/http-server.ts'
import { done, notYet, sleep, waitUntil } from '../../base/wait.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import { addAdmission } from './admission.ts'

let app: HttpServer
let url: string
let lines: string[]

beforeEach(async () => {
  lines = []
  const logger: Logger = pino({ level: 'warn' }, { write: (line) => void lines.push(line) })
  app = createHttpServer({ logger })
  addAdmission(app, { maxInFlight: 2, deadlineMs: 1_000, metrics: new Metrics() })
  app.get('/value', async () => ({ ok: true }))
  app.get('/at-once', () => ({ ok: true }))
  app.get('/sent', async (_request, reply) => reply.code(202).send({ ok: true }))
  app.get('/nothing', async (_request, reply) => void reply.code(204))
  app.get('/never', () => new Promise(() => undefined))
  app.get('/broken', async () => {
    throw new Error('broken')
  })
  app.get('/thrown-text', async () => {
    throw 'a text'
  })
  app.get('/bad-header', async (_request, reply) => {
    reply.header('x-bad', 'two\nlines')
    return { ok: true }
  })
  app.get('/late-failure', async () => {
    await sleep(1_300)
    throw new Error('too late to answer')
  })
  app.get('/failed-behind', async (_request, reply) => {
    reply.hijack()
    reply.raw.end('all of it')
    throw new Error('failed behind it')
  })
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(() => app.close())

describe('addAdmission', () => {
  it.each([
    ['/value', 200, '{"ok":true}'],
    ['/at-once', 200, '{"ok":true}'],
    ['/sent', 202, '{"ok":true}'],
    ['/nothing', 204, ''],
    ['/failed-behind', 200, 'all of it'],
  ])('lets %s answer %i', async (path, status, body) => {
    const response = await fetch(url + path)
    expect([response.status, await response.text()]).toEqual([status, body])
  })

  it.each([
    ['/broken', 'FD_HTTP_INTERNAL', 500],
    ['/thrown-text', 'FD_HTTP_INTERNAL', 500],
    ['/never', 'FD_SERVICE_DEADLINE', 503],
    ['/late-failure', 'FD_SERVICE_DEADLINE', 503],
  ])('answers %s with the problem %s', async (path, code, status) => {
    const response = await fetch(url + path)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code, status })
  })

  it('logs a failure with the id of its request', async () => {
    await fetch(`${url}/broken`, { headers: { 'x-request-id': 'of-the-caller' } })
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { reqId: 'of-the-caller', err: { message: 'broken' } },
    ])
  })

  it('logs what failed when its answer was sent already', async () => {
    await fetch(`${url}/failed-behind`)
    await waitUntil(async () => (lines.length > 0 ? done(undefined) : notYet('no line')), {
      what: 'a line in the log',
      timeoutMs: 20_000,
      intervalMs: 5,
    })
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message: 'failed behind it' } })
  })

  it('goes on when what a route answers cannot be sent', async () => {
    expect((await fetch(`${url}/bad-header`)).status).toBe(500)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ route: '/bad-header', err: { code: 'ERR_INVALID_CHAR' } })
    expect((await fetch(`${url}/value`)).status).toBe(200)
  })

  it('refuses the request too many at once, and admits again when one has ended', async () => {
    const own = createHttpServer({ logger: pino({ level: 'silent' }) })
    addAdmission(own, { maxInFlight: 2, deadlineMs: 3_000, metrics: new Metrics() })
    let underWay = 0
    own.get('/never', () => {
      underWay++
      return new Promise(() => undefined)
    })
    own.get('/value', async () => ({ ok: true }))
    const at = await own.listen({ host: '127.0.0.1', port: 0 })
    try {
      const slow = [fetch(`${at}/never`), fetch(`${at}/never`)]
      await waitUntil(async () => (underWay === 2 ? done(undefined) : notYet(`${underWay} under way`)), {
        what: 'two requests under way',
        timeoutMs: 20_000,
        intervalMs: 5,
      })
      expect(await (await fetch(`${at}/value`)).json()).toMatchObject({ code: 'FD_SERVICE_OVERLOADED' })
      await Promise.all(slow)
      expect((await fetch(`${at}/value`)).status).toBe(200)
    } finally {
      await own.close()
    }
  })
})
