import { STATUS_CODES } from 'node:http'
import type { FastifySchema, HTTPMethods, RouteOptions } from 'fastify'
import type { HttpServer } from '../http/http-server.ts'
import { addDocsPage } from './docs-page.ts'

/**
 * GET /openapi.json: OpenAPI 3.1, made of the very schemas that validate; GET /docs: a page to read and try it. Call it before the routes
 * are declared.
 */
export function addOpenApi(app: HttpServer, info: ApiInfo): void {
  const routes: DescribedRoute[] = []
  app.addHook('onRoute', (route) => {
    if (!NOT_DESCRIBED.includes(route.url)) routes.push(...describe(route))
  })
  serveOpenApi(app, info, () => routes)
}

/**
 * Serves a description of routes that are known otherwise. The generator is loaded with the first request: a process that nobody asks
 * does not pay for it.
 */
export function serveOpenApi(app: HttpServer, info: ApiInfo, routes: () => readonly DescribedRoute[]): void {
  let document: Promise<unknown> | undefined
  app.get('/openapi.json', async () => {
    document ??= generate(routes(), info)
    return document
  })
  addDocsPage(app)
}

export interface ApiInfo {
  title: string
  description: string
  version: string
  /** Ways to be let in, by name, as OpenAPI has them. */
  securitySchemes?: Record<string, SecurityScheme>
}

type SecurityScheme =
  | { type: 'http'; scheme: 'bearer'; description: string }
  | { type: 'apiKey'; in: 'header'; name: string; description: string }

export interface DescribedRoute {
  method: HTTPMethods
  /** With parameters as Fastify has them: `/things/:key`. */
  url: string
  /** As Fastify has it, with the fields of an OpenAPI operation beside the schemas. */
  schema: Record<string, unknown>
}

const NOT_DESCRIBED = ['/metrics', '/openapi.json', '/docs', '/docs/*']

function describe(route: RouteOptions): DescribedRoute[] {
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
        response: describeAnswers((schema.response ?? {}) as Record<string, object>),
      },
    }))
}

/** A route that takes the rest of the path names its parameter "*"; in the document it has a name. */
function renamed(params: unknown, name: string): unknown {
  return JSON.parse(JSON.stringify(params).replaceAll('"*"', JSON.stringify(name)))
}

/** Answers by status. Every failure is a problem document, and has a type of its own. Without any the page would show none either. */
export function describeAnswers(declared: Record<string, object>): Record<string, object> {
  if (Object.keys(declared).length === 0) return { 200: { description: STATUS_CODES[200] } }
  return Object.fromEntries(
    Object.entries(declared).map(([status, schema]) => {
      const description = STATUS_CODES[status] ?? (status === '4xx' ? 'Refused' : 'Answer')
      if (Number(status[0]) < 4) return [status, { description, ...schema }]
      return [status, { description, content: { 'application/problem+json': { schema } } }]
    }),
  )
}

/** The generator collects routes as they are declared, so they are declared once more, to a server that never listens. */
async function generate(routes: readonly DescribedRoute[], { securitySchemes, ...info }: ApiInfo): Promise<unknown> {
  const [{ default: fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ])
  const generator = fastify()
  await generator.register(swagger, {
    openapi: { openapi: '3.1.0', info, ...(securitySchemes === undefined ? {} : { components: { securitySchemes } }) },
    convertConstToEnum: false,
  })
  const tagOf = groups(routes)
  for (const { method, url, schema } of routes) {
    const tagged = { tags: [tagOf(url)], ...schema } as FastifySchema
    generator.route({ method, url, schema: tagged, handler: async () => undefined })
  }
  generator.setValidatorCompiler(() => () => true)
  generator.setSerializerCompiler(() => () => '')
  await generator.ready()
  const document = generator.swagger()
  await generator.close()
  return document
}

/** The heading under which a route stands: the first segment of its path that is no version, if other routes have it too. */
function groups(routes: readonly DescribedRoute[]): (url: string) => string {
  const segmentOf = (url: string) => url.split('/').find((segment) => segment !== '' && !/^v\d+$/.test(segment)) ?? ''
  const all = routes.map(({ url }) => segmentOf(url))
  return (url) => {
    const segment = segmentOf(url)
    return all.indexOf(segment) === all.lastIndexOf(segment) ? OTHERS : segment
  }
}

const OTHERS = 'others'
