import type { HttpServer } from '../../base/http/http-server.ts'
import { problems } from '../../base/openapi/problem-schema.ts'
import { Type } from '../../base/schema/type.ts'
import { storeErrors } from './errors.ts'

/**
 * GET /risky: fails when `fails` says so, in the way a bug does: an error nobody catches, a 500, a line in the log. With it
 * one can see that an error rate is measured, and that alerts and budgets follow it.
 */
export function addRiskyRoute(app: HttpServer, fails: () => boolean): void {
  app.get(
    '/risky',
    {
      schema: {
        summary: 'Fail now and then, on purpose',
        response: { 200: Type.Object({ status: Type.Literal('ok') }), ...problems(500, 503) },
      },
    },
    async () => {
      if (fails()) {
        throw storeErrors.error('FD_STORE_RISKY', {
          message: 'this request failed on purpose',
          next: 'try again; RISKY_FAILURE_RATIO sets how often this happens',
        })
      }
      return { status: 'ok' as const }
    },
  )
}
