import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { problems } from '../../base/openapi/problem-schema.ts'
import { Type } from '../../base/schema/type.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Cache } from './cache/cache.ts'
import { SingleFlight } from './cache/single-flight.ts'
import { storeErrors } from './errors.ts'
import { ItemKey, ItemSchema, ItemValue, Limit, Next } from './fields.ts'
import type { Item, Items } from './items.ts'
import { pageOf } from './page.ts'

/** Items: create, list, read through the cache, update, delete. */
export function addItemRoutes(app: HttpServer, options: ItemRoutesOptions): void {
  addCreateRoute(app, options)
  addListRoute(app, options)
  addReadRoute(app, options)
  addUpdateRoute(app, options)
  addDeleteRoute(app, options)
}

export interface ItemRoutesOptions {
  items: Items
  cache: Cache
  metrics: Metrics
}

const MAX_VALUE_BYTES = 64 * 1024

const strict = { additionalProperties: false }
const Params = Type.Object({ '*': ItemKey }, strict)

/** A wildcard, because the router refuses a named parameter of more than 100 characters; a key may have 200. */
const ONE_ITEM = '/items/*'
const config = { metricsRoute: '/items/:key' }

function addCreateRoute(app: HttpServer, { items, metrics }: ItemRoutesOptions): void {
  const created = metrics.counter('items_created_total', {})
  app.post(
    '/items',
    {
      schema: {
        summary: 'Create an item',
        body: Type.Object({ key: ItemKey, value: ItemValue }, strict),
        response: { 201: ItemSchema, ...problems(400, 409, 413, 503) },
      },
    },
    async (request, reply) => {
      const { key, value } = request.body
      refuseTooLarge(value)
      const item = await items.create(key, value)
      if (item === undefined) {
        throw new HttpError(
          409,
          storeErrors.error('FD_STORE_ITEM_EXISTS', {
            message: 'there is an item with this key already',
            given: JSON.stringify(key),
            next: 'PUT /items/:key changes its value',
          }),
        )
      }
      created.inc()
      reply.code(201).header('location', `/items/${encodeURIComponent(key)}`)
      return item
    },
  )
}

function addListRoute(app: HttpServer, { items }: ItemRoutesOptions): void {
  app.get(
    '/items',
    {
      schema: {
        summary: 'List items in the order of their keys',
        querystring: Type.Object({ limit: Limit, after: Type.Optional(ItemKey) }, strict),
        response: { 200: Type.Object({ items: Type.Array(ItemSchema), next: Next }), ...problems(400, 503) },
      },
    },
    async (request) => {
      const { limit, after } = request.query
      const { page, next } = pageOf(await items.list(limit + 1, after), limit, (item) => item.key)
      return { items: page, next }
    },
  )
}

function addReadRoute(app: HttpServer, { items, cache }: ItemRoutesOptions): void {
  const reads = new SingleFlight<Item | undefined>()
  /** A burst of misses makes one read. No key holds a NUL, so the two parts cannot run into one another. */
  const readAndFill = (key: string, since: string) =>
    reads.run(`${since}\0${key}`, async () => {
      const item = await items.get(key)
      if (item !== undefined) await cache.fill(key, JSON.stringify(item))
      return item
    })

  app.get(
    ONE_ITEM,
    {
      config,
      schema: { summary: 'Read an item', params: Params, response: { 200: ItemSchema, ...problems(400, 404, 503) } },
    },
    async (request, reply) => {
      const key = request.params['*']
      const cached = await cache.get(key)
      reply.header('x-cache', cached.kind)
      if (cached.kind === 'hit') {
        // It was made from an item; parsing and writing it again would take a tenth of the whole request.
        reply.header('content-type', 'application/json; charset=utf-8')
        return cached.value as unknown as Item
      }
      const item = await (cached.kind === 'miss' ? readAndFill(key, cached.since) : items.get(key))
      if (item === undefined) throw unknownItem(key)
      return item
    },
  )
}

function addUpdateRoute(app: HttpServer, { items, cache, metrics }: ItemRoutesOptions): void {
  const updated = metrics.counter('items_updated_total', {})
  app.put(
    ONE_ITEM,
    {
      config,
      schema: {
        summary: 'Change the value of an item',
        params: Params,
        body: Type.Object({ value: ItemValue }, strict),
        response: { 200: ItemSchema, ...problems(400, 404, 413, 503) },
      },
    },
    async (request) => {
      const key = request.params['*']
      refuseTooLarge(request.body.value)
      const item = await changed(key, cache, items.update(key, request.body.value))
      if (item === undefined) throw unknownItem(key)
      updated.inc()
      return item
    },
  )
}

function addDeleteRoute(app: HttpServer, { items, cache, metrics }: ItemRoutesOptions): void {
  const deleted = metrics.counter('items_deleted_total', {})
  app.delete(
    ONE_ITEM,
    {
      config,
      schema: { summary: 'Delete an item', params: Params, response: { 204: Type.Null(), ...problems(400, 404, 503) } },
    },
    async (request, reply) => {
      const key = request.params['*']
      if (!(await changed(key, cache, items.delete(key)))) throw unknownItem(key)
      deleted.inc()
      return reply.code(204).send(null)
    },
  )
}

/** A change that failed may have happened all the same, when the connection broke after the commit. */
async function changed<T>(key: string, cache: Cache, change: Promise<T>): Promise<T> {
  try {
    return await change
  } finally {
    await cache.invalidate(key)
  }
}

function unknownItem(key: string): HttpError {
  return new HttpError(
    404,
    storeErrors.error('FD_STORE_ITEM_UNKNOWN', {
      message: 'there is no item with this key',
      given: JSON.stringify(key),
      next: 'GET /items lists the keys; POST /items creates one',
    }),
  )
}

function refuseTooLarge(value: string): void {
  const bytes = Buffer.byteLength(value)
  if (bytes <= MAX_VALUE_BYTES) return
  throw new HttpError(
    413,
    storeErrors.error('FD_STORE_VALUE_TOO_LARGE', {
      message: 'the value is too large',
      expected: `at most ${MAX_VALUE_BYTES} bytes of UTF-8`,
      given: `${bytes} bytes`,
    }),
  )
}
