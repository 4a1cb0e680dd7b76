import { randomUUID } from 'node:crypto'
import type { Database } from '../database/database.ts'

export interface Batch {
  /** What makes a batch the same one when it is tried again. */
  id: string
  rows: readonly { amount: string; currency: string }[]
}

export const workerOperations = ['migrate', 'ping', 'batch_insert'] as const

export type WorkerDatabase = Database<(typeof workerOperations)[number]>

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF'] as const

/** A batch of made-up transactions between 0.01 and 1000.00. */
export function makeBatch(size: number, random: () => number): Batch {
  const rows = Array.from({ length: size }, () => ({
    amount: ((1 + Math.floor(random() * 100_000)) / 100).toFixed(2),
    currency: CURRENCIES[Math.floor(random() * CURRENCIES.length)] ?? CURRENCIES[0],
  }))
  return { id: randomUUID(), rows }
}

/**
 * Inserts a batch, all of it or nothing, and at most once: the batch's own row and its transactions are one statement, so
 * one transaction. When an earlier try of the same batch has committed, or is about to, this one waits and changes nothing.
 */
export async function insertBatch(database: WorkerDatabase, batch: Batch): Promise<'inserted' | 'was there'> {
  const { rowCount } = await database.query(
    'batch_insert',
    `with batch as (
       insert into batches (id, size) values ($1, $2) on conflict (id) do nothing returning id
     )
     insert into transactions (amount, currency, batch_id)
     select line.amount, line.currency, batch.id
     from batch, unnest($3::numeric[], $4::text[]) as line (amount, currency)`,
    [batch.id, batch.rows.length, batch.rows.map((row) => row.amount), batch.rows.map((row) => row.currency)],
  )
  return rowCount > 0 ? 'inserted' : 'was there'
}
