import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stormDelivery } from '../../bench/responder/storm-alerts.ts'
import { lostOf } from '../../bench/responder/storm-log.ts'
import { sleep } from '../../src/base/wait.ts'

const PAUSE_MS = 40
const ALERTS_EVERY_MS = 100
const TIMEOUT_MS = 5_000

export interface Places {
  store: string
  responder: string
  webhookToken: string
}

interface Transaction {
  id: string
  amount: string
  currency: string
}

/** Writers that remember what was acknowledged. `places` is where the stack is now; it changes with each `up`. */
export class ChaosLoad {
  readonly items = new Map<string, string>()
  /** Idempotency-Key → id of the transaction. */
  readonly transactions = new Map<string, { id: string; amount: string }>()
  readonly alerts = new Set<number>()
  replays = 0
  readonly wrong: string[] = []
  places: Places
  #stopped = false
  #next = 0
  readonly #working: Promise<unknown>

  constructor(places: Places) {
    this.places = places
    const writers = [this.#writeItems(), this.#writeItems(), this.#writeTransactions(), this.#writeTransactions()]
    this.#working = Promise.all([...writers, this.#sendAlerts()])
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#working
  }

  async #writeItems(): Promise<void> {
    for (; !this.#stopped; await sleep(PAUSE_MS)) {
      const number = this.#next++
      const [key, value] = [`chaos-${number}`, `value of ${number}`]
      const answer = await this.#post('/items', { key, value })
      if (answer?.status === 201) this.items.set(key, value)
    }
  }

  /** The same key again until it is acknowledged, as a client does; and now and then once more, which must change nothing. */
  async #writeTransactions(): Promise<void> {
    for (; !this.#stopped; await sleep(PAUSE_MS)) {
      const number = this.#next++
      const [key, amount] = [`chaos-${number}`, `${number + 1}.0007`]
      let answer: Response | undefined
      for (; !this.#stopped && answer?.ok !== true; await sleep(PAUSE_MS)) answer = await this.#pay(key, amount)
      if (answer?.ok !== true) return
      const { id } = (await answer.json()) as Transaction
      this.transactions.set(key, { id, amount })
      if (number % 5 === 0) await this.#replay(key, id, amount)
    }
  }

  async #replay(key: string, id: string, amount: string): Promise<void> {
    const answer = await this.#pay(key, amount)
    if (answer?.ok !== true) return
    this.replays += 1
    const again = (await answer.json()) as Transaction
    if (answer.status !== 200 || again.id !== id)
      this.wrong.push(`replay of ${key}: ${answer.status} ${again.id}, not ${id}`)
  }

  async #sendAlerts(): Promise<void> {
    for (; !this.#stopped; await sleep(ALERTS_EVERY_MS)) {
      // Odd ones have names that the policy does not know: they are written down, and nothing is restarted for them.
      const number = this.#next++ * 2 + 1
      const { responder, webhookToken } = this.places
      const headers = { authorization: `Bearer ${webhookToken}`, 'content-type': 'application/json' }
      const answer = await quietly(`${responder}/webhook`, { method: 'POST', headers, body: stormDelivery([number]) })
      if (answer?.ok === true) this.alerts.add(number)
    }
  }

  #pay(key: string, amount: string): Promise<Response | undefined> {
    return this.#post('/transactions', { amount, currency: 'XTS' }, { 'idempotency-key': key })
  }

  #post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response | undefined> {
    const init = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    return quietly(`${this.places.store}${path}`, init)
  }

  /** What was acknowledged and is not there, is there twice, or is another: empty when all is well. */
  async losses(state: string): Promise<string[]> {
    const items = await everyOne<{ key: string; value: string }>(this.places.store, 'items')
    const values = new Map(items.map(({ key, value }) => [key, value]))
    const lostItems = [...this.items].filter(([key, value]) => values.get(key) !== value).map(([key]) => `item ${key}`)
    const ours = (await everyOne<Transaction>(this.places.store, 'transactions')).filter(
      (one) => one.currency === 'XTS',
    )
    const ids = new Map(ours.map(({ id, amount }) => [id, Number(amount)]))
    const lost = [...this.transactions].filter(([, { id, amount }]) => ids.get(id) !== Number(amount))
    const twice = ours.length - new Set(ours.map((one) => one.amount)).size
    const logs = (await readdir(join(state, 'data', 'responder'))).filter((name) => name.startsWith('incident_log'))
    const lostAlerts = await lostIncidents(
      logs.map((name) => join(state, 'data', 'responder', name)),
      this.alerts,
    )
    return [
      ...lostItems,
      ...lost.map(([key]) => `transaction ${key}`),
      ...(twice === 0 ? [] : [`${twice} transactions are there twice`]),
      ...(items.length === values.size ? [] : ['items are listed twice']),
      ...(lostAlerts === 0 ? [] : [`${lostAlerts} incidents`]),
      ...this.wrong,
    ]
  }
}

/** Every line of each log is JSON but a last one that was torn; the least that any of them lacks. */
async function lostIncidents(logs: string[], alerts: ReadonlySet<number>): Promise<number> {
  if (logs.length > 1) throw new Error(`the log was rotated, which this test does not read: ${logs.join()}`)
  const [log] = logs
  if (log === undefined) return alerts.size
  const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
  for (const line of lines) JSON.parse(line)
  return lostOf(log, alerts)
}

async function everyOne<T>(store: string, what: 'items' | 'transactions'): Promise<T[]> {
  const found: T[] = []
  for (let next: string | null = ''; next !== null; ) {
    const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`
    const answer = await fetch(`${store}/${what}?limit=100${after}`)
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`)
    const page = (await answer.json()) as Record<typeof what, T[]> & { next: string | null }
    found.push(...page[what])
    next = page.next
  }
  return found
}

/** The answer with its body read, or nothing: a connection that broke, or too long a wait. Whether it was accepted is not known then. */
async function quietly(url: string, init: RequestInit): Promise<Response | undefined> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) })
    return new Response(await answer.text(), { status: answer.status })
  } catch {
    return undefined
  }
}
