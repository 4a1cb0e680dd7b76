import type { HttpServer } from '../../base/http/http-server.ts'
import { problems } from '../../base/openapi/problem-schema.ts'
import { Type } from '../../base/schema/type.ts'

/** `degraded`: requests are answered, but without something that makes them faster. */
export interface Readiness {
  status: 'ready' | 'degraded'
  dependencies: Record<string, 'up' | 'down'>
}

const ReadinessSchema = Type.Object({
  status: Type.Union([Type.Literal('ready'), Type.Literal('degraded')]),
  dependencies: Type.Record(Type.Union([Type.Literal('up'), Type.Literal('down')])),
})

/** GET /health: the process is alive, with or without what it depends on. GET /ready: it can do its work; else what `check` throws. */
export function addHealthRoutes(app: HttpServer, check: () => Promise<Readiness>): void {
  app.get(
    '/health',
    { schema: { summary: 'Whether it is alive', response: { 200: Type.Object({ status: Type.String() }) } } },
    async () => ({ status: 'ok' }),
  )
  app.get(
    '/ready',
    { schema: { summary: 'Whether it can do its work', response: { 200: ReadinessSchema, ...problems(503) } } },
    () => check(),
  )
}
