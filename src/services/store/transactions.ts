import type { StoreDatabase } from './operations.ts'

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
  created_at: Date
}

const COLUMNS = 'id, amount, currency, batch_id, created_at'

/** Transactions in PostgreSQL. */
export class Transactions {
  readonly #database: StoreDatabase

  constructor(database: StoreDatabase) {
    this.#database = database
  }

  /** Creates at most one transaction per idempotency key, however often and by however many replicas it is called. */
  async create(amount: string, currency: string, idempotencyKey: string | undefined): Promise<Created> {
    const inserted = await this.#database.query<Row>(
      'transaction_insert',
      `insert into transactions (amount, currency, idempotency_key) values ($1, $2, $3)
       on conflict (idempotency_key) do nothing returning ${COLUMNS}`,
      [amount, currency, idempotencyKey ?? null],
    )
    if (inserted.rows[0]) return { outcome: 'created', transaction: transactionOf(inserted.rows[0]) }
    // The insert has waited for whoever held the key, and rows are never deleted: now there is a row to be seen.
    const { rows } = await this.#database.query<Row & { same: boolean }>(
      'transaction_find_by_key',
      `select ${COLUMNS}, amount = $2::numeric and currency = $3 as same from transactions where idempotency_key = $1`,
      [idempotencyKey, amount, currency],
    )
    const [row] = rows
    return row?.same ? { outcome: 'replayed', transaction: transactionOf(row) } : { outcome: 'mismatch' }
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

function transactionOf(row: Row): Transaction {
  return {
    id: row.id,
    amount: row.amount,
    currency: row.currency,
    batchId: row.batch_id,
    createdAt: row.created_at.toISOString(),
  }
}
