import { databaseUnavailable } from '../database/database-outage.ts'
import { Coalescer } from './cache/coalescer.ts'
import type { StoreDatabase } from './operations.ts'

/** Transactions in PostgreSQL. */
export class Transactions {
  readonly #database: StoreDatabase
  readonly #inserts: Coalescer<Order, Row>
  readonly #keyedInserts: Coalescer<KeyedOrder, Row | undefined>

  constructor(database: StoreDatabase) {
    this.#database = database
    const limits = {
      maxUnderWay: MAX_INSERTS,
      maxSize: MAX_ROWS,
      maxWaitMs: MAX_WAIT_MS,
      late: () => databaseUnavailable(`no insert could begin in ${MAX_WAIT_MS} ms`),
    }
    this.#inserts = new Coalescer({ ...limits, work: (orders) => this.#insert(orders) })
    this.#keyedInserts = new Coalescer({ ...limits, work: (orders) => this.#insertKeyed(orders) })
  }

  /** Creates at most one transaction per idempotency key, however often and by however many replicas it is called. */
  async create(amount: string, currency: string, idempotencyKey: string | undefined): Promise<Created> {
    if (idempotencyKey === undefined) {
      return { outcome: 'created', transaction: transactionOf(await this.#inserts.run({ amount, currency })) }
    }
    const inserted = await this.#keyedInserts.run({ amount, currency, idempotencyKey })
    if (inserted !== undefined) return { outcome: 'created', transaction: transactionOf(inserted) }
    // The insert has waited for the statement that held the key, and rows are never deleted: now the row is visible.
    const { rows } = await this.#database.query<Row & { same: boolean }>(
      'transaction_find_by_key',
      `select ${COLUMNS}, amount = $2::numeric and currency = $3 as same from transactions where idempotency_key = $1`,
      [idempotencyKey, amount, currency],
    )
    const [row] = rows
    return row?.same ? { outcome: 'replayed', transaction: transactionOf(row) } : { outcome: 'mismatch' }
  }

  /**
   * One statement, so one commit, for all of them. It costs PostgreSQL half of what one with keys does. Its answer is one row:
   * to read one for each takes us 8 % more CPU (docs/performance.md).
   */
  async #insert(orders: readonly Order[]): Promise<Row[]> {
    const { rows } = await this.#database.query<{ lines: string; created_at: string }>(
      'transaction_insert',
      `with made as (
         insert into transactions (amount, currency) select * from unnest($1::numeric[], $2::text[]) returning ${COLUMNS}
       )
       select string_agg(id || ' ' || amount || ' ' || currency, ',') as lines, min(created_at) as created_at from made`,
      [orders.map((order) => order.amount), orders.map((order) => order.currency)],
    )
    const { lines = '', created_at = '' } = rows[0] ?? {}
    // Nothing promises their order. Those of one amount and currency are alike: an order may have any of them.
    const alike = new Map<string, string[]>()
    for (const line of lines.split(',')) {
      const [id, kind] = atSpace(line)
      const others = alike.get(kind)
      if (others === undefined) alike.set(kind, [id])
      else others.push(id)
    }
    return orders.map(({ amount: given, currency }) => {
      const amount = asStored(given)
      return { id: alike.get(`${amount} ${currency}`)?.pop() as string, amount, currency, batch_id: null, created_at }
    })
  }

  /** The same for those with keys; `undefined` for whose key was there. */
  async #insertKeyed(orders: readonly KeyedOrder[]): Promise<(Row | undefined)[]> {
    const { rows } = await this.#database.query<Row & { line: number }>(
      'transaction_insert_keyed',
      // In the order of their keys: two statements that hold each other's next key would deadlock.
      `with line as materialized (
         select nextval(pg_get_serial_sequence('transactions', 'id')) as id, amount, currency, key, n::int
         from unnest($1::numeric[], $2::text[], $3::text[]) with ordinality as given (amount, currency, key, n)
       ), inserted as (
         insert into transactions (id, amount, currency, idempotency_key) overriding system value
         select id, amount, currency, key from line order by key
         on conflict (idempotency_key) do nothing returning ${COLUMNS}
       )
       select line.n as line, inserted.* from inserted join line using (id)`,
      [
        orders.map((order) => order.amount),
        orders.map((order) => order.currency),
        orders.map((order) => order.idempotencyKey),
      ],
    )
    const byLine = new Map(rows.map((row) => [row.line, row]))
    return orders.map((_, index) => byLine.get(index + 1))
  }

  async get(id: string): Promise<Transaction | undefined> {
    const { rows } = await this.#database.query<Row>(
      'transaction_get',
      `select ${COLUMNS} from transactions where id = $1`,
      [id],
    )
    return rows[0] && transactionOf(rows[0])
  }

  /** At most `limit` transactions, the newest first, from the first one older than `after`. */
  async list(limit: number, after: string | undefined): Promise<Transaction[]> {
    const { rows } = await this.#database.query<Row>(
      'transaction_list',
      `select ${COLUMNS} from transactions where id < coalesce($2, 9223372036854775807) order by id desc limit $1`,
      [limit, after ?? null],
    )
    return rows.map(transactionOf)
  }
}

export interface Transaction {
  /** A number that grows, as a string: it may exceed what JSON numbers hold exactly. */
  id: string
  /** A decimal with four places: "12.3400". */
  amount: string
  currency: string
  /** The worker's batch that it came with; null when it came over HTTP. */
  batchId: string | null
  createdAt: string
}

/** `replayed`: this key had created the same one before. `mismatch`: it had created another one. */
export type Created = { outcome: 'created' | 'replayed'; transaction: Transaction } | { outcome: 'mismatch' }

interface Row {
  id: string
  amount: string
  currency: string
  batch_id: string | null
  created_at: string
}

/** Two statements at once: one is on its way while the other waits for the disk. More would only make each smaller. */
const MAX_INSERTS = 2
const MAX_ROWS = 100
const MAX_WAIT_MS = 1_000

interface Order {
  amount: string
  currency: string
}

interface KeyedOrder extends Order {
  idempotencyKey: string
}

const COLUMNS = 'id, amount, currency, batch_id, created_at'

function atSpace(line: string): [before: string, behind: string] {
  const space = line.indexOf(' ')
  return [line.slice(0, space), line.slice(space + 1)]
}

/** "12.5" as numeric(20, 4) writes it: "12.5000". */
function asStored(amount: string): string {
  const [whole, decimals = ''] = amount.split('.')
  return `${whole}.${decimals.padEnd(4, '0')}`
}

function transactionOf(row: Row): Transaction {
  return {
    id: row.id,
    amount: row.amount,
    currency: row.currency,
    batchId: row.batch_id,
    createdAt: row.created_at,
  }
}
