import pg from 'pg'
import type { Logger } from 'pino'
import type { Metrics } from '../../telemetry/metrics.ts'
import type { Counter, Histogram } from '../../telemetry/series.ts'
import { overloaded } from '../http/overloaded.ts'
import { QueueLimit } from '../http/queue-limit.ts'
import { Reachability } from '../reachability.ts'
import { databaseUnavailable, isOutage } from './database-outage.ts'
import { readColumn } from './read-column.ts'

/**
 * A pool of PostgreSQL connections. It is usable before PostgreSQL is: each operation fails within bounds while it is
 * away and works again once it is back. Failures that are not the statement's fault are a 503 FD_DATABASE_UNAVAILABLE.
 */
export class Database<Operation extends string = string> {
  readonly #pool: pg.Pool
  readonly #server: Reachability
  readonly #series: Map<Operation, { duration: Histogram; errors: Counter }>
  readonly #queue: QueueLimit
  readonly #refused: Counter

  constructor(options: DatabaseOptions<Operation>) {
    const { url, poolSize, applicationName, operations, metrics, logger } = options
    this.#server = new Reachability(logger, {
      lost: 'the database does not answer',
      back: 'the database answers again',
    })
    const deadlineMs = Math.min(options.deadlineMs ?? DEFAULT_DEADLINE_MS, DEFAULT_DEADLINE_MS)
    const waitMs = Math.round(deadlineMs * WAIT_SHARE)
    const statementMs = deadlineMs - waitMs
    this.#queue = new QueueLimit({
      servers: poolSize,
      maxWaiting: options.queueSize ?? Number.POSITIVE_INFINITY,
      maxWaitMs: waitMs,
    })
    this.#refused = metrics.counter('http_requests_refused_total', { reason: 'database_queue' })
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      application_name: applicationName,
      connectionTimeoutMillis: waitMs,
      statement_timeout: statementMs,
      query_timeout: statementMs + ANSWER_GRACE_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      keepAlive: true,
      types: { getTypeParser: readColumn },
    })
    // An idle connection that breaks would otherwise end the process.
    this.#pool.on('error', (error) => this.#server.failed(error))
    this.#series = new Map(
      operations.map((operation) => [
        operation,
        {
          duration: metrics.histogram('db_query_duration_seconds', { operation }),
          errors: metrics.counter('db_query_errors_total', { operation }),
        },
      ]),
    )
    metrics.read('db_pool_connections', { state: 'used' }, () => this.#pool.totalCount - this.#pool.idleCount)
    metrics.read('db_pool_connections', { state: 'idle' }, () => this.#pool.idleCount)
    metrics.read('db_pool_waiting', {}, () => this.#pool.waitingCount)
  }

  /**
   * Runs one statement, prepared under the operation's name: an operation always has the same text. Instants are ISO 8601,
   * in UTC; all else is as pg reads it.
   * @throws FD_SERVICE_OVERLOADED at once, when it would have to wait too long for a connection
   */
  async query<Row extends pg.QueryResultRow>(
    operation: Operation,
    text: string,
    values: unknown[],
  ): Promise<Result<Row>> {
    if (!this.#queue.admits(this.#pool.waitingCount)) {
      this.#refused.inc()
      throw overloaded('too many requests wait for the database')
    }
    const { rows, rowCount } = await this.#measure(operation, () => this.#run<Row>({ name: operation, text, values }))
    return { rows, rowCount: rowCount ?? 0 }
  }

  /** Whether PostgreSQL answers. It is refused by no queue: a replica with too much to do is not one without a database. */
  async ping(operation: Operation): Promise<void> {
    await this.#measure(operation, () => this.#run({ name: operation, text: 'select 1', values: [] }))
  }

  /** Runs several statements, which take no values: PostgreSQL makes one transaction of what comes as one text. */
  async script(operation: Operation, statements: readonly string[]): Promise<void> {
    await this.#measure(operation, () => this.#pool.query(statements.join(';\n')))
  }

  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)
    })
    await Promise.race([this.#pool.end(), bound])
    clearTimeout(timer)
  }

  async #run<Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = await this.#pool.connect()
    const startedMs = performance.now()
    let broken: Error | undefined
    const note = (error: Error) => {
      broken = error
    }
    // A connection that breaks would otherwise end the process.
    client.on('error', note)
    try {
      return await client.query<Row>(config)
    } catch (error) {
      // A connection whose statement was given up may still get the answer to it: it is of no further use.
      if (!(error instanceof pg.DatabaseError)) broken = error as Error
      throw error
    } finally {
      client.off('error', note)
      client.release(broken)
      this.#queue.served(performance.now() - startedMs)
    }
  }

  async #measure<T>(operation: Operation, run: () => Promise<T>): Promise<T> {
    const series = this.#series.get(operation)
    const startedMs = performance.now()
    try {
      const result = await run()
      this.#server.answered()
      return result
    } catch (error) {
      if (!isOutage(error)) throw error
      series?.errors.inc()
      this.#server.failed(error)
      throw databaseUnavailable(error)
    } finally {
      series?.duration.observe((performance.now() - startedMs) / 1_000)
    }
  }
}

/** How the time that an operation may take is divided between the wait for a connection and its statement. */
const DEFAULT_DEADLINE_MS = 3_000
const WAIT_SHARE = 1 / 3
/** Longer than the server's own limit, for one that does not even do that, because it is paused or cut off. */
const ANSWER_GRACE_MS = 500
const IDLE_CONNECTION_MS = 30_000
/** The pool waits for its connections to end, which a paused server never does. */
const CLOSE_TIMEOUT_MS = 500

export interface DatabaseOptions<Operation extends string> {
  /** postgres://user:password@host:port/name */
  url: string
  poolSize: number
  /** Operations that may wait for a connection; the next one is refused. Default: no limit. */
  queueSize?: number
  /**
   * Longest time of an operation, 3 s by default and at most: a third to wait for a free or new connection, the rest until
   * the server ends the statement, so that its outcome is known: it did not happen.
   */
  deadlineMs?: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  /** Every operation there is: each has its series from the start. */
  operations: readonly Operation[]
  metrics: Metrics
  logger: Logger
}

export interface Result<Row> {
  rows: Row[]
  /** Rows returned or changed. */
  rowCount: number
}
