import { messageOf } from '../../base/errors.ts'
import { HttpError, httpErrors } from '../../base/http/http-server.ts'
import { isObject } from '../../base/is-object.ts'
import { MOST_ALERTS } from '../../stack/alerts/group-limit.ts'
import { type Alert, toAlert } from './alert.ts'
import { alertJson, takeApart } from './delivery-text.ts'
import { KnownAlerts } from './known-alerts.ts'
import { LongDelivery } from './long-delivery.ts'

/**
 * Reads the text of a delivery. What Alertmanager writes is taken apart first, and only alerts that are not known word for
 * word are parsed; anything else is parsed as a whole. What cannot be read of it is left out: Alertmanager never sends again what
 * was refused, and would drop the good alerts of the group with the bad one.
 * @throws FD_HTTP_INVALID with all that is wrong, when there are no alerts, or when it is by hand and no alert is good
 */
export function readDeliveryText(text: string, receivedAtMs: number): Delivery {
  const parts = takeApart(text)
  try {
    if (parts !== undefined) {
      const reading = new Reading(receivedAtMs)
      for (const part of parts.alerts) reading.addText(part, alertJson)
      return reading.end(JSON.parse(parts.envelope))
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return readDelivery(parse(text), receivedAtMs)
}

/** Characters that the labels of an alert may take. Of what is less, as much is kept as `keepLabels` says. */
const LONGEST_LABELS = 64 * 1024
/** Mistakes that are reported of one delivery. */
const PROBLEMS = 10
const LONGEST_NAME = 100
/** What an alert and each of its labels take besides their texts, about. */
const [ALERT_BYTES, LABEL_BYTES] = [300, 64]

/** What Alertmanager's webhook sends (version 4), as far as it is read. */
export interface Delivery {
  alerts: Alert[]
  /** Alerts that were not taken, and what was wrong with the first of them. */
  refused: { unreadable: number; tooMany: number; problems: string[] }
  /** Alertmanager's have a `groupKey`, a person's have none. */
  byHand: boolean
  /** Alerts of the group that were left out. */
  truncated: number
  /** Alertmanager's name of the receiver. */
  receiver?: string
}

type Say = (pointer: string, message: string) => void

const known = new KnownAlerts(64 * 1024 * 1024)

/**
 * Only the labels of alerts are required, so that a person can post a bare one by hand; other fields are let through unread.
 * @throws FD_HTTP_INVALID as `readDeliveryText` does
 */
export function readDelivery(body: unknown, receivedAtMs: number): Delivery {
  const { alerts } = isObject(body) ? body : {}
  const reading = new Reading(receivedAtMs)
  if (Array.isArray(alerts)) for (const one of alerts) reading.add(one)
  return reading.end(body)
}

/** A delivery that comes piece by piece and is too long to be held. */
export class LongReading {
  readonly #reading: Reading
  readonly #delivery: LongDelivery

  constructor(receivedAtMs: number) {
    this.#reading = new Reading(receivedAtMs)
    this.#delivery = new LongDelivery((json) => {
      if (json === undefined) this.#reading.refuse('/labels', TOO_LONG)
      else this.#reading.addText(json, (text) => text)
    })
  }

  /** What it holds now, about: the alerts that it has read, and what it has of the next. */
  get heldBytes(): number {
    return this.#reading.heldBytes + this.#delivery.heldBytes
  }

  /** @throws FD_HTTP_INVALID when it is not JSON */
  push(chunk: Buffer): void {
    parsing(() => this.#delivery.push(chunk))
  }

  /** @throws FD_HTTP_INVALID as `readDeliveryText` does */
  end(): Delivery {
    return this.#reading.end(parsing(() => JSON.parse(this.#delivery.end()) as unknown))
  }
}

const TOO_LONG = `must have at most ${LONGEST_LABELS} characters`

/** Alerts, one after the other, with what is wrong with some of them. */
class Reading {
  readonly #receivedAtMs: number
  readonly #alerts: Alert[] = []
  readonly #refused = { unreadable: 0, tooMany: 0, problems: [] as string[] }
  #index = 0
  /** Of the alerts that were counted, how many and what they take. */
  #counted = 0
  #countedBytes = 0

  constructor(receivedAtMs: number) {
    this.#receivedAtMs = receivedAtMs
  }

  /** Known alerts count, too: they stay here when they are known no longer. */
  get heldBytes(): number {
    for (; this.#counted < this.#alerts.length; this.#counted++)
      this.#countedBytes += bytesOf(this.#alerts[this.#counted]?.labels ?? {})
    return this.#countedBytes
  }

  /** @throws SyntaxError when the text, or what `toJson` makes of it, is not JSON */
  addText(text: string, toJson: (text: string) => string): void {
    if (this.#isFull()) return
    const same = known.find(text)
    if (same !== undefined) {
      this.#alerts.push(same)
      this.#index++
      return
    }
    const given: unknown = JSON.parse(toJson(text))
    const alert = this.add(given)
    // What was filled in with the time of arrival is another alert the next time.
    const { startsAt, endsAt } = isObject(given) ? given : {}
    if (alert !== undefined && startsAt !== undefined && endsAt !== undefined) known.keep(text, alert)
  }

  add(given: unknown): Alert | undefined {
    if (this.#isFull()) return undefined
    const said = this.#refused.problems.length
    const alert = readAlert(given, this.#receivedAtMs, (pointer, message) =>
      this.#say(`/alerts/${this.#index}${pointer}`, message),
    )
    this.#index++
    if (alert !== undefined) this.#alerts.push(alert)
    else {
      this.#refused.unreadable++
      const name = isObject(given) && isObject(given.labels) ? given.labels.alertname : undefined
      const first = this.#refused.problems[said]
      if (first !== undefined && typeof name === 'string')
        this.#refused.problems[said] = `${first} (${JSON.stringify(name.slice(0, LONGEST_NAME))})`
    }
    return alert
  }

  /** One that was not even parsed. */
  refuse(pointer: string, message: string): void {
    if (this.#isFull()) return
    this.#say(`/alerts/${this.#index++}${pointer}`, message)
    this.#refused.unreadable++
  }

  end(body: unknown): Delivery {
    const { groupKey, truncatedAlerts = 0, alerts: list, receiver } = isObject(body) ? body : {}
    const byHand = typeof groupKey !== 'string'
    const wrong: string[] = []
    const say: Say = (pointer, message) => wrong.push(`/body${pointer} ${message}`)
    if (!isObject(body)) say('', 'must be object')
    if (!Array.isArray(list)) say('/alerts', 'must be array')
    const isCount = Number.isInteger(truncatedAlerts) && Number(truncatedAlerts) >= 0
    if (byHand) {
      if (groupKey !== undefined) say('/groupKey', 'must be string')
      if (!isCount) say('/truncatedAlerts', 'must be a whole number from 0')
      if (Array.isArray(list) && this.#index === 0) say('/alerts', `must have from 1 to ${MOST_ALERTS} items`)
      if (this.#alerts.length === 0) wrong.push(...this.#refused.problems)
    }
    if (wrong.length > 0) throw invalid(wrong.slice(0, PROBLEMS).join('; '))
    return {
      alerts: this.#alerts,
      refused: this.#refused,
      byHand,
      truncated: isCount ? Number(truncatedAlerts) : 0,
      ...(typeof receiver === 'string' ? { receiver: receiver.slice(0, LONGEST_NAME) } : {}),
    }
  }

  #isFull(): boolean {
    if (this.#index < MOST_ALERTS) return false
    if (this.#refused.tooMany++ === 0) this.#say('/alerts', `must have from 1 to ${MOST_ALERTS} items`)
    return true
  }

  #say(pointer: string, message: string): void {
    const { problems } = this.#refused
    // A copy: a piece of a text keeps all of that text in memory.
    if (problems.length < PROBLEMS) problems.push(Buffer.from(`/body${pointer} ${message}`).toString())
  }
}

/** What an alert takes, with two bytes for each character. */
function bytesOf(labels: Record<string, string>): number {
  let bytes = ALERT_BYTES
  for (const name of Object.keys(labels)) bytes += LABEL_BYTES + 2 * (name.length + (labels[name]?.length ?? 0))
  return bytes
}

function readAlert(alert: unknown, receivedAtMs: number, say: Say): Alert | undefined {
  let good = true
  const note: Say = (pointer, message) => {
    good = false
    say(pointer, message)
  }
  const { status = 'firing', labels, startsAt, endsAt } = isObject(alert) ? alert : {}
  if (!isObject(alert)) note('', 'must be object')
  else if (!isObject(labels)) note('/labels', 'must be object')
  else checkLabels(labels, note)
  if (status !== 'firing' && status !== 'resolved') note('/status', 'must be firing or resolved')
  const startsAtMs = readTime(startsAt, '/startsAt', note) ?? receivedAtMs
  // The end of an alert that fires is not known, even if the delivery has one.
  const firing = status === 'firing'
  const endsAtMs = firing ? receivedAtMs : (readTime(endsAt, '/endsAt', note) ?? receivedAtMs)
  return good ? toAlert(labels as Record<string, string>, startsAtMs, { firing, endsAtMs }) : undefined
}

function checkLabels(labels: Record<string, unknown>, say: Say): void {
  let length = 0
  for (const name of Object.keys(labels)) {
    const value = labels[name]
    length += name.length
    if (typeof value === 'string') length += value.length
    else say(`/labels/${name.slice(0, LONGEST_NAME)}`, 'must be string')
  }
  if (length > LONGEST_LABELS) say('/labels', TOO_LONG)
}

function parse(text: string): unknown {
  return parsing(() => JSON.parse(text) as unknown)
}

function parsing<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(`the body is not JSON: ${messageOf(error)}`)
    throw error
  }
}

function invalid(message: string): HttpError {
  return new HttpError(400, httpErrors.error('FD_HTTP_INVALID', { message }))
}

/** `undefined` for a time that is not given. */
function readTime(text: unknown, at: string, say: Say): number | undefined {
  if (text === undefined) return undefined
  const ms = typeof text === 'string' && /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) say(at, 'must be a time as in RFC 3339')
  return ms
}
