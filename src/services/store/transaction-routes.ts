import { HttpError, type HttpServer } from '../../base/http/http-server.ts'
import { problems } from '../../base/openapi/problem-schema.ts'
import { Type } from '../../base/schema/type.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { storeErrors } from './errors.ts'
import { Amount, Currency, Limit, Next, TransactionId, TransactionSchema } from './fields.ts'
import { pageOf } from './page.ts'
import type { Transactions } from './transactions.ts'

/**
 * Transactions: create, list, read. With an Idempotency-Key the first POST answers 201 and every later one 200 with the
 * same transaction; the same key with another amount or currency is a 422.
 */
export function addTransactionRoutes(app: HttpServer, transactions: Transactions, metrics: Metrics): void {
  addCreateRoute(app, transactions, metrics)
  addListRoute(app, transactions)
  addReadRoute(app, transactions)
}

const strict = { additionalProperties: false }

/** Printable ASCII, because a header holds nothing else reliably. */
const IdempotencyKey = Type.String({
  pattern: '^[\\x20-\\x7e]{1,200}$',
  description: '1 to 200 printable characters of ASCII',
})

function addCreateRoute(app: HttpServer, transactions: Transactions, metrics: Metrics): void {
  const counter = metrics.counter('transactions_created_total', {})
  const replayed = metrics.counter('transactions_replayed_total', {})

  app.post(
    '/transactions',
    {
      schema: {
        summary: 'Create a transaction, at most once per Idempotency-Key',
        headers: Type.Object({ 'idempotency-key': Type.Optional(IdempotencyKey) }),
        body: Type.Object({ amount: Amount, currency: Currency }, strict),
        response: { 200: TransactionSchema, 201: TransactionSchema, ...problems(400, 422, 503) },
      },
    },
    async (request, reply) => {
      const { amount, currency } = request.body
      const key = request.headers['idempotency-key']
      const result = await transactions.create(amount, currency, key)
      if (result.outcome === 'mismatch') {
        throw new HttpError(
          422,
          storeErrors.error('FD_STORE_IDEMPOTENCY_MISMATCH', {
            message: 'this Idempotency-Key was used with another amount or currency',
            expected: 'the amount and currency of the first request with this key',
            given: `${amount} ${currency}`,
            next: 'use a new key for a new transaction',
          }),
        )
      }
      const { outcome, transaction } = result
      if (outcome === 'replayed') {
        replayed.inc()
        return transaction
      }
      counter.inc()
      reply.code(201).header('location', `/transactions/${transaction.id}`)
      return transaction
    },
  )
}

function addListRoute(app: HttpServer, transactions: Transactions): void {
  app.get(
    '/transactions',
    {
      schema: {
        summary: 'List transactions, the newest first',
        querystring: Type.Object({ limit: Limit, after: Type.Optional(TransactionId) }, strict),
        response: {
          200: Type.Object({ transactions: Type.Array(TransactionSchema), next: Next }),
          ...problems(400, 503),
        },
      },
    },
    async (request) => {
      const { limit, after } = request.query
      const { page, next } = pageOf(await transactions.list(limit + 1, after), limit, ({ id }) => id)
      return { transactions: page, next }
    },
  )
}

function addReadRoute(app: HttpServer, transactions: Transactions): void {
  app.get(
    '/transactions/:id',
    {
      schema: {
        summary: 'Read a transaction',
        params: Type.Object({ id: TransactionId }, strict),
        response: { 200: TransactionSchema, ...problems(400, 404, 503) },
      },
    },
    async (request) => {
      const transaction = await transactions.get(request.params.id)
      if (transaction !== undefined) return transaction
      throw new HttpError(
        404,
        storeErrors.error('FD_STORE_TRANSACTION_UNKNOWN', {
          message: 'there is no transaction with this id',
          given: request.params.id,
        }),
      )
    },
  )
}
