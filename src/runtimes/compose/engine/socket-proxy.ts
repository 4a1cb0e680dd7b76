import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../../../base/errors.ts'
import { settingProblems, type WithSettings } from '../../../stack/setting-problems.ts'
import { addCopy, replaceByCopy } from '../copies.ts'
import type { ContainerDetails, Engine } from './engine.ts'
import { PROJECT_LABEL, SERVICE_LABEL } from './labels.ts'
import { type Asked, createReader, Refusal } from './socket-rules.ts'

/** Settings, in bytes. */
const MAX_BODY_BYTES = 64 * 1_024
/** A request must have arrived within that time, in milliseconds. Its answer may take as long as a container lives. */
const ARRIVES_WITHIN_MS = 10_000
/** At once, with one request each: one a replica waits for its end, one follows events, a few ask and act. */
const MAX_CONNECTIONS = 256
/** Names of this proxy: in the project's network, and for its own check of health. */
const HOST = /^(?:docker-proxy|localhost|127\.0\.0\.1)(?::\d{1,5})?$/

export interface SocketProxyOptions {
  /** Path of the engine's socket. */
  socketPath: string
  /** An engine on the same socket, to look at what requests are about, and to make copies. */
  engine: Pick<Engine, 'inspect' | 'create' | 'connect' | 'remove'>
  project: string
  /** Services of the project that nobody may touch through the proxy: itself. */
  untouchable: readonly string[]
  /** What may be changed in a copy's environment: settings of the part that its service is, with values that it would start with. */
  parts: readonly WithSettings[]
  onRefused?(what: string, why: string): void
}

/**
 * Stands between control and the Docker engine, whose socket is as good as root: lets through what a runtime needs, about
 * containers of its own project only, and makes nothing but copies of what Compose has made. What goes to the engine is written
 * here: no header and no body of a client, no path and no query as they stand.
 */
export function createSocketProxy(options: SocketProxyOptions): Server {
  const { socketPath, engine, project, untouchable, parts, onRefused } = options
  const read = createReader(project)
  const latest = new WeakMap<Socket, ServerResponse>()
  const server = createServer(
    { requestTimeout: ARRIVES_WITHIN_MS, headersTimeout: ARRIVES_WITHIN_MS, connectionsCheckingInterval: 1_000 },
    (incoming, outgoing) => {
      const before = latest.get(incoming.socket)
      latest.set(incoming.socket, outgoing)
      // Behind one that waits for the engine, any number of others would wait without being seen.
      if (before?.writableEnded === false) {
        onRefused?.(`${incoming.method} ${incoming.url}`, 'sent before the last request was answered')
        incoming.socket.destroy()
        return
      }
      void serve(incoming, outgoing).catch((error: unknown) => {
        const why = messageOf(error)
        if (error instanceof Refusal) onRefused?.(`${incoming.method} ${incoming.url}`, why)
        if (outgoing.headersSent) outgoing.destroy()
        else answer(outgoing, error instanceof Refusal ? error.status : 502, { message: why })
      })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', () => onRefused?.('a connection', `more than ${MAX_CONNECTIONS}`))

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!HOST.test(incoming.headers.host ?? '')) throw new Refusal('this proxy has no such name', 421)
    const body = await readBody(incoming)
    const asked = read(incoming.method ?? '', incoming.url ?? '', body)
    if (asked.kind === 'pass') {
      const id = asked.id === undefined ? '' : (await own(asked.id)).Id
      return pass(asked.method, asked.path.replace('{id}', id), outgoing)
    }
    answer(outgoing, 201, { Id: await make(asked) })
  }

  async function make(asked: Exclude<Asked, { kind: 'pass' }>): Promise<string> {
    const original = await own(asked.id)
    const service = original.Config.Labels[SERVICE_LABEL] ?? ''
    const part = parts.find(({ name }) => name === service) ?? { name: service }
    const [wrong] = settingProblems(part, asked.settings)
    if (wrong !== undefined) throw new Refusal(wrong.message)
    return asked.kind === 'copy' ? addCopy(engine, original, asked) : replaceByCopy(engine, original, asked.settings)
  }

  async function own(id: string): Promise<ContainerDetails> {
    const details = await engine.inspect(id)
    const { Labels } = details.Config
    if (Labels[PROJECT_LABEL] !== project) throw new Refusal('that container is of another project')
    if (untouchable.includes(Labels[SERVICE_LABEL] ?? '')) throw new Refusal('that container is not to be touched')
    return details
  }

  function pass(method: string, path: string, outgoing: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      const onward = request({ socketPath, method, path, headers: { host: 'docker' } })
      onward.on('error', reject)
      onward.on('response', (incoming) => {
        const type = incoming.headers['content-type']
        outgoing.writeHead(incoming.statusCode ?? 502, type === undefined ? {} : { 'content-type': type })
        // An answer that begins later than its head (a wait, events) must not be held back.
        outgoing.flushHeaders()
        incoming.pipe(outgoing)
        incoming.on('error', reject)
        outgoing.on('close', () => {
          incoming.destroy()
          resolve()
        })
      })
      outgoing.on('close', () => onward.destroy())
      onward.end()
    })
  }
  return server
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(JSON.stringify(body))
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_BODY_BYTES) throw new Refusal(`a body of more than ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks)
}
