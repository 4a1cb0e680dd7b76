import { Ajv2020 } from 'ajv/dist/2020.js'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHttpServer, type HttpServer } from '../../../base/http/http-server.ts'
import { serveOpenApi } from '../../../base/openapi/openapi.ts'
import { endpoints } from '../../contract/endpoints.ts'
import { routes } from '../../contract.ts'
import { apiInfo, describeApi } from './describe-api.ts'

interface Operation {
  operationId: string
  summary?: string
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

let app: HttpServer
let paths: Record<string, Record<string, Operation>>
beforeAll(async () => {
  app = createHttpServer({ logger: pino({ level: 'silent' }) })
  serveOpenApi(app, apiInfo('1.2.3'), describeApi)
  paths = (await app.inject('/openapi.json')).json<{ paths: typeof paths }>().paths
})
afterAll(() => app.close())
const operations = () => Object.values(paths).flatMap((item) => Object.values(item))
const operation = (name: string) => operations().find(({ operationId }) => operationId === name)

describe('the OpenAPI document of control', () => {
  it('has every route of the contract, with its method and path', () => {
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
    )
    const declared = Object.entries(endpoints).map(
      ([name, { method, path }]) => `${name} ${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    )
    expect(described.sort()).toEqual(declared.sort())
  })

  it('holds only schemas of JSON Schema 2020-12, as OpenAPI 3.1 wants them', () => {
    const ajv = new Ajv2020({ strict: false })
    for (const { parameters = [], requestBody, responses } of operations()) {
      const contents = [requestBody?.content, ...Object.values(responses).map((response) => response.content)]
      const schemas = contents.flatMap((content) => Object.values(content ?? {}).map(({ schema }) => schema))
      for (const schema of [...schemas, ...parameters.map((one) => one.schema)]) {
        expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
      }
    }
  })

  it('has the schemas that validate, and the events of streams', () => {
    expect(operation('scale')?.requestBody?.content['application/json']?.schema).toEqual(
      JSON.parse(JSON.stringify(routes.scale.body)),
    )
    expect(operation('logs')?.parameters).toContainEqual(expect.objectContaining({ name: 'service', in: 'path' }))
    expect(Object.keys(operation('quotesStream')?.responses['200']?.content ?? {})).toEqual(['text/event-stream'])
    expect(Object.keys(operation('inject')?.responses['4XX']?.content ?? {})).toEqual(['application/problem+json'])
  })

  it('says which routes need a token or a session', () => {
    expect(operation('stack')?.security).toEqual([])
    expect(operation('inject')?.security).toEqual([{ token: [] }, { session: [] }])
    expect(operation('createLink')?.security).toEqual([{ token: [] }])
    expect(operation('logout')?.security).toEqual([{ session: [] }])
  })
})
