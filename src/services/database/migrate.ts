import type { Logger } from 'pino'
import { messageOf } from '../../base/errors.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { backoffMs, sleep } from '../../base/wait.ts'
import { schemaStatements } from './schema.ts'

/**
 * Creates the tables that are missing. Tries again while PostgreSQL is not there yet; the end is the signal, because a
 * service that gave up would have to be restarted by somebody who knows that PostgreSQL is back.
 */
export async function migrate(database: Target, logger: Logger, signal: AbortSignal): Promise<void> {
  let logged: string | undefined
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    try {
      await database.script('migrate', schemaStatements)
      return
    } catch (error) {
      const reason = messageOf(error instanceof HttpError ? error.problem.details.cause : error)
      if (reason !== logged) logger.warn({ reason }, 'the tables cannot be created yet')
      logged = reason
    }
    await sleep(backoffMs(attempt, PAUSES, Math.random), signal)
  }
}

const PAUSES = { firstMs: 50, maxMs: 1_000 }

/** What `migrate` uses of a Database. */
interface Target {
  script(operation: 'migrate', statements: readonly string[]): Promise<void>
}
