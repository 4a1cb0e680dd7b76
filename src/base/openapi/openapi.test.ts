import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Type } from '#typebox'
import { createHttpServer, type HttpServer } from '../http/http-server.ts'
import { addDocsPage } from './docs-page.ts'
import { addOpenApi } from './openapi.ts'
import { problems } from './problem-schema.ts'

interface Operation {
  tags: string[]
  summary?: string
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

const Body = Type.Object({ name: Type.String({ minLength: 1 }), size: Type.Integer() }, { additionalProperties: false })
let app: HttpServer
let address: string
let document: { openapi: string; info: object; paths: Record<string, Record<string, Operation>> }

beforeAll(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  addOpenApi(app, { title: 'things', description: 'A test', version: '1.2.3' })
  app.put(
    '/things/*',
    {
      config: { metricsRoute: '/things/:key' },
      schema: {
        summary: 'Change a thing',
        params: Type.Object({ '*': Type.String() }),
        body: Body,
        response: { 200: Type.Union([Body, Type.Null()]), ...problems(404) },
      },
    },
    async (request) => request.body,
  )
  app.get('/v1/alone', async () => [])
  app.get('/things', { schema: { querystring: Type.Object({ limit: Type.Integer({ default: 5 }) }) } }, async () => [])
  address = await app.listen({ host: '127.0.0.1', port: 0 })
  document = (await (await fetch(`${address}/openapi.json`)).json()) as typeof document
})
afterAll(() => app.close())

describe('GET /openapi.json', () => {
  it('describes every route but its own, once', () => {
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'things', version: '1.2.3' } })
    expect(Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)])).toEqual([
      ['/things/{key}', ['put']],
      ['/v1/alone', ['get']],
      ['/things', ['get']],
    ])
  })

  it('puts routes that begin alike under one heading', () => {
    const tags = Object.values(document.paths).flatMap((item) => Object.values(item).map((operation) => operation.tags))
    expect(tags).toEqual([['things'], ['others'], ['things']])
  })

  it('has the very schemas that validate', () => {
    const put = document.paths['/things/{key}']?.put
    expect(put?.summary).toBe('Change a thing')
    expect(put?.parameters).toMatchObject([{ name: 'key', in: 'path', required: true }])
    expect(put?.requestBody?.content['application/json']?.schema).toEqual(JSON.parse(JSON.stringify(Body)))
    expect(document.paths['/things']?.get?.parameters).toMatchObject([{ name: 'limit', in: 'query' }])
  })

  it('says that failures are problem documents', () => {
    const failed = document.paths['/things/{key}']?.put?.responses['404']
    expect(failed?.description).toBe('Not Found')
    expect(Object.keys(failed?.content ?? {})).toEqual(['application/problem+json'])
  })

  it('holds only schemas of JSON Schema 2020-12, as OpenAPI 3.1 wants them', () => {
    const ajv = new Ajv2020({ strict: false })
    const operations: Operation[] = Object.values(document.paths).flatMap((item) => Object.values(item))
    for (const { parameters = [], requestBody, responses } of operations) {
      const contents = [requestBody?.content, ...Object.values(responses).map((response) => response.content)]
      const schemas = contents.flatMap((content) => Object.values(content ?? {}).map(({ schema }) => schema))
      for (const schema of [...schemas, ...parameters.map((one) => one.schema)]) {
        expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
      }
    }
  })
})

describe('GET /docs', () => {
  let folder: string
  let site: HttpServer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fd-docs-'))
    site = createHttpServer({ logger: pino({ level: 'silent' }) })
    addDocsPage(site, folder)
  })
  afterAll(async () => {
    await site.close()
    await rm(folder, { recursive: true })
  })
  const get = (url: string) => site.inject(url)

  it('says what to do where the page is not built', async () => {
    const answer = await get('/docs')
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'FD_HTTP_DOCS_NOT_BUILT'])
  })

  it('is a page that may load nothing but its own and this API, also when it was built since', async () => {
    await mkdir(join(folder, 'assets'))
    await writeFile(join(folder, 'index.html'), '<!doctype html>')
    await writeFile(join(folder, 'assets', 'main-abc.js'), 'export {}')
    await writeFile(join(folder, 'secret.json'), '{}')
    for (const url of ['/docs', '/docs/index.html']) {
      const { body, headers } = await get(url)
      expect(body).toBe('<!doctype html>')
      expect(headers['content-type']).toContain('text/html')
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:")
      expect(policy).not.toContain('unsafe')
    }
    expect((await get('/docs/assets/main-abc.js')).headers['cache-control']).toContain('immutable')
  })

  it.each([
    '/docs/secret.json',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docsx',
    '/docs/assets/',
    '/docs//etc/passwd',
  ])('knows nothing of %s', async (path) => {
    expect((await get(path)).statusCode).toBe(404)
  })
})
