import pg from 'pg'
import type { Logger } from 'pino'
import { messageOf } from '../base/errors.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Counter, Histogram } from '../telemetry/series.ts'
import { databaseUnavailable, isOutage } from './database-outage.ts'

/** Longest wait for a free or new connection. */
const CONNECT_TIMEOUT_MS = 1_000
/** After this the server ends a statement, so that its outcome is known: it did not happen. */
const STATEMENT_TIMEOUT_MS = 2_000
/** After this we give up on a server that does not even do that, because it is paused or cut off. */
const ANSWER_TIMEOUT_MS = 2_500
const IDLE_CONNECTION_MS = 30_000
/** The pool waits for its connections to end, which a paused server never does. */
const CLOSE_TIMEOUT_MS = 500

export interface DatabaseOptions<Operation extends string> {
  /** postgres://user:password@host:port/name */
  url: string
  poolSize: number
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

/**
 * A pool of PostgreSQL connections. It is usable before PostgreSQL is: each operation fails within bounds while it is
 * away and works again once it is back. Failures that are not the statement's fault are a 503 FD_DATABASE_UNAVAILABLE.
 */
export class Database<Operation extends string = string> {
  readonly #pool: pg.Pool
  readonly #logger: Logger
  readonly #series: Map<Operation, { duration: Histogram; errors: Counter }>
  #down = false

  constructor({ url, poolSize, applicationName, operations, metrics, logger }: DatabaseOptions<Operation>) {
    this.#logger = logger
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      keepAlive: true,
    })
    // An idle connection that breaks would otherwise end the process.
    this.#pool.on('error', (error) => this.#noteOutage(error))
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

  /** Runs one statement, prepared under the operation's name: an operation always has the same text. */
  query<Row extends pg.QueryResultRow>(operation: Operation, text: string, values: unknown[]): Promise<Result<Row>> {
    return this.#measure(operation, async () => {
      const { rows, rowCount } = await this.#pool.query<Row>({ name: operation, text, values })
      return { rows, rowCount: rowCount ?? 0 }
    })
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

  async #measure<T>(operation: Operation, run: () => Promise<T>): Promise<T> {
    const series = this.#series.get(operation)
    const startedMs = performance.now()
    try {
      const result = await run()
      this.#noteAnswer()
      return result
    } catch (error) {
      if (!isOutage(error)) throw error
      series?.errors.inc()
      this.#noteOutage(error)
      throw databaseUnavailable(error)
    } finally {
      series?.duration.observe((performance.now() - startedMs) / 1_000)
    }
  }

  /** Says so once when the database goes and once when it is back, not with every request in between. */
  #noteOutage(error: unknown): void {
    if (this.#down) return
    this.#down = true
    this.#logger.warn({ reason: messageOf(error) }, 'the database does not answer')
  }

  #noteAnswer(): void {
    if (!this.#down) return
    this.#down = false
    this.#logger.info('the database answers again')
  }
}
