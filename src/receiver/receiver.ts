import { isIP } from 'node:net'
import { pino } from 'pino'
import { createHttpServer } from '../base/http/http-server.ts'
import { readHosts } from '../base/http/known-hosts.ts'
import type { ListenAddress } from '../base/http/listen-address.ts'
import type { ReceivedAlert } from '../probes/received-alert.ts'
import { addRoutes, type ReceiverRoutes } from './http/routes.ts'
import { Inbox } from './inbox.ts'

/** What has received notifications, or can be asked for them. */
export interface Receiver {
  /** Where it listens, in words for people. */
  readonly place: string
  /** Alerts of which a notification has arrived since that moment, in epoch milliseconds. */
  received(sinceMs: number, signal?: AbortSignal): Promise<readonly ReceivedAlert[]>
  close(): Promise<void>
}

/** Listens for notifications until it is closed. Rejects with the system's error when it cannot listen there. */
export async function startReceiver({ listen, token, ...options }: ReceiverOptions): Promise<Receiver> {
  const inbox = new Inbox()
  const { host, port } = listen
  // Containers know this machine by names of their own.
  const names = [host, options.url === undefined ? host : new URL(options.url).hostname].filter(
    (name) => isIP(name) === 0,
  )
  const app = createHttpServer({
    logger: pino({ level: 'silent' }),
    hosts: [...names, ...readHosts(process.env.ALLOWED_HOSTS)],
  })
  addRoutes(app, { inbox, token, onNotices: options.onNotices })
  const address = await app.listen({ host, port })
  return {
    place: address,
    received: async (sinceMs) => inbox.since(sinceMs),
    close: () => app.close(),
  }
}

export interface ReceiverOptions extends Pick<ReceiverRoutes, 'token' | 'onNotices'> {
  listen: ListenAddress
  /** By which senders reach it, where that is another address. */
  url?: string | undefined
}
