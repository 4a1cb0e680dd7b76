import { pino } from 'pino'
import { startProxyServer } from '../../proxy/start.ts'
import { echo, startUpstream, TestClient } from '../../proxy/test-ends.ts'
import type { Subject } from '../fault.ts'
import { Victim } from '../test-victim.ts'

const TOKEN = 'faults'

/** A store behind a real fault proxy, and a client that talks to it all the time, as services do. */
export interface TestLink {
  subject: Subject
  /** The store by another name, which nothing stands before. */
  other: Subject
  client(): Promise<TestClient>
  /** Talks on connections of its own until it is stopped, and comes again when it is cut off. */
  chatter(): () => void
  watch(): Promise<{ enabled: boolean; toxics: { name: string; type: string; ttlMs?: number }[] }>
  close(): Promise<void>
}

export async function startLink(): Promise<TestLink> {
  const upstream = await startUpstream(echo)
  const server = await startProxyServer(
    { host: '127.0.0.1', port: 0, token: TOKEN, file: undefined, seed: 1 },
    pino({ level: 'silent' }),
  )
  const send = async (method: string, path: string, body?: object) => {
    const startedMs = performance.now()
    const answer = await fetch(`${server.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.text(), tookMs: performance.now() - startedMs }
  }
  const created = await send('POST', '/proxies', {
    name: 'redis',
    listen: '127.0.0.1:0',
    upstream: `127.0.0.1:${upstream.port}`,
  })
  const port = Number((JSON.parse(created.body) as { listen: string }).listen.split(':').at(-1))
  const named = (service: string): Subject => {
    const victim = new Victim()
    return Object.assign(Object.create(victim) as Subject, {
      service,
      replica: `${service}-1`,
      request: ({ method, path, body }: Parameters<Subject['request']>[0]) => send(method, path, body),
    })
  }
  const client = () => TestClient.to(port)
  const stops: (() => void)[] = []
  return {
    subject: named('redis'),
    other: named('grafana'),
    client,
    chatter: () => {
      let current: TestClient | undefined
      const timer = setInterval(() => {
        if (current === undefined || current.ended !== undefined || current.socket.destroyed) {
          void client().then(
            (one) => {
              current?.socket.destroy()
              current = one
            },
            () => undefined,
          )
        } else current.socket.write('chatter')
      }, 10)
      const stop = () => {
        clearInterval(timer)
        current?.socket.destroy()
      }
      stops.push(stop)
      return stop
    },
    watch: async () => JSON.parse((await send('GET', '/firedrill/proxies/redis')).body),
    close: async () => {
      for (const stop of stops) stop()
      await server.close()
      await upstream.close()
    },
  }
}
