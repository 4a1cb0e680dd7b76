import type { Database } from '../database/database.ts'

/** The label `operation` of the store's database metrics. */
export const storeOperations = [
  'migrate',
  'ping',
  'item_insert',
  'item_list',
  'item_get',
  'item_update',
  'item_delete',
  'transaction_insert',
  'transaction_insert_keyed',
  'transaction_find_by_key',
  'transaction_list',
  'transaction_get',
] as const

export type StoreDatabase = Database<(typeof storeOperations)[number]>
