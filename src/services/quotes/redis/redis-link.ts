import { createClient } from '@redis/client'
import type { Logger } from 'pino'
import { backoffMs } from '../../../base/wait.ts'
import { Reachability } from '../../reachability.ts'

/** One connection for commands and one for what others publish. Both come back by themselves. */
export class RedisLink {
  readonly #commands: Client
  readonly #messages: Client
  readonly #redis: Reachability

  constructor(url: string, logger: Logger) {
    this.#redis = new Reachability(logger, { lost: 'Redis does not answer', back: 'Redis answers again' })
    this.#commands = this.#open(url)
    this.#messages = this.#open(url)
  }

  /** Whether the last command was answered. */
  get isUp(): boolean {
    return this.#commands.isReady && !this.#redis.isLost
  }

  /** @throws when Redis is away or does not answer within half a second. */
  async command<T>(send: (client: Client) => Promise<T>): Promise<T> {
    // What ended the connection has been noted already; at the start there was none yet.
    if (!this.#commands.isReady) throw new Error('not connected')
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${COMMAND_TIMEOUT_MS} ms`)), COMMAND_TIMEOUT_MS)
    })
    try {
      const answer = await Promise.race([send(this.#commands), timeout])
      this.#redis.answered()
      return answer
    } catch (error) {
      this.#redis.failed(error)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  /** Subscribes as soon as Redis is there, and again whenever it comes back. */
  subscribe(channel: string, listener: (message: string) => void): void {
    let isSubscribed = false
    const subscribe = () => {
      // The client renews by itself what it has once subscribed to.
      if (isSubscribed) return
      isSubscribed = true
      this.#messages.subscribe(channel, listener).catch(() => {
        isSubscribed = false
      })
    }
    this.#messages.on('ready', subscribe)
    if (this.#messages.isReady) subscribe()
  }

  close(): void {
    for (const client of [this.#commands, this.#messages]) if (client.isOpen) client.destroy()
  }

  #open(url: string): Client {
    const client: Client = createClient({
      url,
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (retries) => backoffMs(retries, RECONNECT, Math.random),
      },
    })
    client.on('error', (error) => this.#redis.failed(error))
    // Never rejects while it may reconnect; `close` makes it.
    client.connect().catch(() => undefined)
    return client
  }
}

/** Nobody waits for Redis but the fetching in the background, so that it may take its time. */
const COMMAND_TIMEOUT_MS = 500
const CONNECT_TIMEOUT_MS = 1_000
const RECONNECT = { firstMs: 50, maxMs: 1_000 }

/** The slice of a Redis client that is used. */
interface Client {
  readonly isOpen: boolean
  readonly isReady: boolean
  connect(): Promise<unknown>
  destroy(): void
  on(event: 'ready', listener: () => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  lRange(key: string, start: number, stop: number): Promise<string[]>
  hVals(key: string): Promise<string[]>
  set(key: string, value: string, options: { PX: number }): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>
}
