import { STATUS_CODES } from 'node:http'
import type { FastifySchema, HTTPMethods, RouteOptions } from 'fastify'
import type { HttpServer } from '../../base/http/http-server.ts'
import { docsPage } from './docs-page.ts'

export interface ApiInfo {
  title: string
  description: string
  version: string
}

interface Described {
  method: HTTPMethods
  url: string
  schema: Record<string, unknown>
}

const NOT_DESCRIBED = ['/metrics', '/openapi.json', '/docs']

/**
 * GET /openapi.json: OpenAPI 3.1, made of the very schemas that validate; GET /docs: a page to read and try it. Call it
 * before the routes are declared. The generator is loaded with the first request: a replica that nobody asks does not pay
 * for it.
 */
export function addOpenApi(app: HttpServer, info: ApiInfo): void {
  const routes: Described[] = []
  let document: Promise<unknown> | undefined
  app.addHook('onRoute', (route) => {
    if (!NOT_DESCRIBED.includes(route.url)) routes.push(...describe(route))
  })
  app.get('/openapi.json', async () => {
    document ??= generate(routes, info)
    return document
  })
  const page = docsPage(info.title)
  app.get('/docs', (_request, reply) =>
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', page.policy)
      .send(page.html),
  )
}

function describe(route: RouteOptions): Described[] {
  const { params, ...schema } = (route.schema ?? {}) as Record<string, unknown>
  const url = route.config?.metricsRoute ?? route.url
  const wildcard = url.match(/:(\w+)$/)?.[1] ?? '*'
  return [route.method]
    .flat()
    .filter((method) => method !== 'HEAD')
    .map((method) => ({
      method: method as HTTPMethods,
      url,
      schema: {
        ...schema,
        ...(params === undefined ? {} : { params: renamed(params, wildcard) }),
        response: responses((schema.response ?? {}) as Record<string, object>),
      },
    }))
}

/** A route that takes the rest of the path names its parameter "*"; in the document it has a name. */
function renamed(params: unknown, name: string): unknown {
  return JSON.parse(JSON.stringify(params).replaceAll('"*"', JSON.stringify(name)))
}

/** Every failure is a problem document, and has a type of its own. */
function responses(declared: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(declared).map(([status, schema]) => {
      const description = STATUS_CODES[status] ?? 'Answer'
      if (Number(status) < 400) return [status, { description, ...schema }]
      return [status, { description, content: { 'application/problem+json': { schema } } }]
    }),
  )
}

/** The generator collects routes as they are declared, so they are declared once more, to a server that never listens. */
async function generate(routes: readonly Described[], info: ApiInfo): Promise<unknown> {
  const [{ default: fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ])
  const generator = fastify()
  await generator.register(swagger, { openapi: { openapi: '3.1.0', info }, convertConstToEnum: false })
  for (const { method, url, schema } of routes) {
    generator.route({ method, url, schema: schema as FastifySchema, handler: async () => undefined })
  }
  generator.setValidatorCompiler(() => () => true)
  generator.setSerializerCompiler(() => () => '')
  await generator.ready()
  const document = generator.swagger()
  await generator.close()
  return document
}
