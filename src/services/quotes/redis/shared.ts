import { randomUUID } from 'node:crypto'
import type { RedisLink } from './redis-link.ts'
import { type FetchedPrice, parseFetchedPrice, parseTick, type Tick } from './tick.ts'

/** What the replicas share through Redis: who fetches, the last good prices and the recent ticks. */
export class Shared {
  readonly #options: SharedOptions
  readonly #keys: Record<'lease' | 'pause' | 'latest' | 'ticks' | 'prices' | 'channel', string>
  /** Names one uninterrupted tenure of the lease. A new one each time, so that what was begun in an old one is refused. */
  #term: string | undefined

  constructor(options: SharedOptions) {
    this.#options = options
    const key = (name: string) => `quotes:{${options.source}}:${name}`
    this.#keys = {
      lease: key('lease'),
      pause: key('pause'),
      latest: key('latest'),
      ticks: key('ticks'),
      prices: key('prices'),
      channel: key('channel'),
    }
  }

  /** The present term, to be taken before a fetch begins; `undefined` while another replica fetches. */
  get term(): string | undefined {
    return this.#term
  }

  onTick(listener: (tick: Tick) => void): void {
    this.#options.link.subscribe(this.#keys.channel, (message) => {
      const tick = parseTick(message)
      if (tick !== undefined) listener(tick)
    })
  }

  /** Takes or renews the lease. @throws when Redis does not answer */
  async hold(): Promise<Hold> {
    const term = this.#term ?? randomUUID()
    const { lease, pause, latest } = this.#keys
    const [isHolder, remainingMs, pauseMs, latestId] = (await this.#eval(
      HOLD,
      [lease, pause, latest],
      [term, `${this.#options.leaseMs}`, this.#term === undefined ? 'take' : 'renew'],
    )) as [string, string, string, string]
    this.#term = isHolder === '1' ? term : undefined
    return {
      isHolder: isHolder === '1',
      remainingMs: Math.max(0, Number(remainingMs)),
      pauseMs: Math.max(0, Number(pauseMs)),
      latestId: Number(latestId),
    }
  }

  /**
   * Publishes what was fetched in `term`; `undefined` when that term is over and nothing was changed. `afterId` is the
   * last id known here. @throws when Redis does not answer
   */
  async publish(term: string, afterId: number, fetched: Omit<Tick, 'id'>): Promise<Tick | undefined> {
    const { fetchedAtMs, prices } = fetched
    const { lease, pause, latest, ticks, prices: last, channel } = this.#keys
    const each = prices.flatMap((price) => [price.symbol, JSON.stringify({ ...price, fetchedAtMs })])
    const id = await this.#eval(
      PUBLISH,
      [lease, pause, latest, ticks, last, channel],
      // The script writes the id in front: what it adds is JSON without its opening brace.
      [term, `${this.#options.capacity}`, `${afterId}`, JSON.stringify({ fetchedAtMs, prices }).slice(1), ...each],
    )
    if (id !== '0') return { id: Number(id), fetchedAtMs, prices }
    if (this.#term === term) this.#term = undefined
    return undefined
  }

  /** Asks the replicas that may fetch next to leave the source alone for that time. */
  async postpone(pauseMs: number): Promise<void> {
    await this.#options.link.command((client) => client.set(this.#keys.pause, '1', { PX: Math.ceil(pauseMs) }))
  }

  /** The recent ticks, oldest first, and the last good price of each symbol. */
  async load(): Promise<{ ticks: Tick[]; prices: FetchedPrice[] }> {
    const [ticks, prices] = await this.#options.link.command((client) =>
      Promise.all([client.lRange(this.#keys.ticks, 0, -1), client.hVals(this.#keys.prices)]),
    )
    return {
      ticks: ticks.flatMap((text) => parseTick(text) ?? []),
      prices: prices.flatMap((text) => parseFetchedPrice(text) ?? []),
    }
  }

  /** Gives the lease back, if it is ours and Redis is there; else it runs out by itself. */
  async release(): Promise<void> {
    const term = this.#term
    this.#term = undefined
    if (term !== undefined) await this.#eval(RELEASE, [this.#keys.lease], [term]).catch(() => undefined)
  }

  /** Ends the term here, when it may have run out in Redis. */
  forget(): void {
    this.#term = undefined
  }

  #eval(script: string, keys: string[], values: string[]): Promise<unknown> {
    return this.#options.link.command((client) => client.eval(script, { keys, arguments: values }))
  }
}

/** Takes the lease if it is free (ARGV[3] = "take") or renews it if it is ours; returns who has it and what is new. */
const HOLD = `
local holder = redis.call('GET', KEYS[1])
if not holder and ARGV[3] == 'take' then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  holder = ARGV[1]
elseif holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return {
  holder == ARGV[1] and '1' or '0',
  tostring(redis.call('PTTL', KEYS[1])),
  tostring(redis.call('PTTL', KEYS[2])),
  redis.call('GET', KEYS[3]) or '0'
}`

/**
 * Redis itself checks the lease in the same moment in which it takes the prices: a fetcher that was paused, and whose
 * term is over, can't overwrite what its successor published. Ids follow the clock, so that they also grow over a Redis
 * that forgot everything.
 */
const PUBLISH = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return '0' end
local time = redis.call('TIME')
local id = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
id = math.max(id, tonumber(redis.call('GET', KEYS[3]) or '0') + 1, tonumber(ARGV[3]) + 1)
local text = string.format('%.0f', id)
local tick = '{"id":' .. text .. ',' .. ARGV[4]
redis.call('SET', KEYS[3], text)
redis.call('RPUSH', KEYS[4], tick)
redis.call('LTRIM', KEYS[4], '-' .. ARGV[2], -1)
for i = 5, #ARGV, 2 do redis.call('HSET', KEYS[5], ARGV[i], ARGV[i + 1]) end
redis.call('PUBLISH', KEYS[6], tick)
return text`

const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return '1'`

export interface SharedOptions {
  link: RedisLink
  /** Replicas that share have the same source: prices of one are never served as those of another. */
  source: string
  leaseMs: number
  /** Ticks that are kept for replicas that come later. */
  capacity: number
}

export interface Hold {
  isHolder: boolean
  /** How long the lease still runs if nobody renews it. */
  remainingMs: number
  /** How long the source wants to be left alone, as it answered some replica. */
  pauseMs: number
  /** Id of the last tick that any replica published; 0 before the first. */
  latestId: number
}
