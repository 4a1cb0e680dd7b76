import pg from 'pg'
import { messageOf } from '../../base/errors.ts'
import { HttpError } from '../../base/http/http-server.ts'
import { serviceErrors } from '../errors.ts'

/** Whether the database, and not the statement, is the reason. What carries no SQLSTATE never reached a database. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  return OUTAGES.test(error.code ?? '')
}

/**
 * SQLSTATE classes and codes that say nothing against the statement itself: connection (08), wrong login (28), rollback
 * after a conflict (40), resources (53), cancelled or shutting down (57), system (58); no such database, not migrated yet,
 * read-only after a failover. See the appendix "PostgreSQL Error Codes" of its manual.
 */
const OUTAGES = /^(08|28|40|53|57|58)|^(3D000|42P01|25006)$/

/** The answer to a request that needs a database which is not there: 503 with Retry-After. */
export function databaseUnavailable(cause: unknown): HttpError {
  return new HttpError(
    503,
    serviceErrors.error('FD_DATABASE_UNAVAILABLE', {
      message: 'the database cannot be reached or does not answer',
      next: 'try again in a second; a write that was sent may or may not have happened',
      cause: cause instanceof Error ? cause : new Error(messageOf(cause)),
    }),
    { 'retry-after': '1' },
  )
}
