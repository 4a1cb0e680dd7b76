import { errorTable } from '../../base/errors.ts'

export const storeErrors = errorTable({
  FD_STORE_ITEM_EXISTS: 'There is an item with that key already',
  FD_STORE_ITEM_UNKNOWN: 'There is no item with that key',
  FD_STORE_VALUE_TOO_LARGE: 'The value of an item is larger than 64 KiB',
  FD_STORE_TRANSACTION_UNKNOWN: 'There is no transaction with that id',
  FD_STORE_IDEMPOTENCY_MISMATCH: 'An Idempotency-Key was used before, with another amount or currency',
  FD_STORE_RISKY: 'A request to /risky failed, as it does now and then on purpose',
})
