import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../../../base/errors.ts'
import { settingProblems, type WithSettings } from '../../../stack/setting-problems.ts'
import { addCopy, replaceByCopy } from '../copies.ts'
import type { ContainerDetails, Engine } from './engine.ts'
import { PROJECT_LABEL, SERVICE_LABEL } from './labels.ts'
import { type Asked, createReader, Refusal } from './socket-rules.ts'

/** The proxy between control and the Docker engine. */

/** Settings, in bytes. */
const MAX_BODY_BYTES = 64 * 1_024
/** A request must arrive within this time, in milliseconds. Its answer may take as long as a container runs. */
const ARRIVES_WITHIN_MS = 10_000
/** At once, with one request each: one per replica waits for its end, one follows events, a few read and act. */
const MAX_CONNECTIONS = 256
/** Names of this proxy: in the project's network, and for its own check of health. */
const HOST = /^(?:docker-proxy|localhost|127\.0\.0\.1)(?::\d{1,5})?$/

export interface SocketProxyOptions {
  /** Path of the engine's socket. */
  socketPath: string
  /** An engine on the same socket, to inspect the containers of requests, and to create copies. */
  engine: Pick<Engine, 'inspect' | 'create' | 'connect' | 'remove'>
  project: string
  /** Services of the project that no client may change through the proxy: itself. */
  untouchable: readonly string[]
  /** Define what may be changed in a copy's environment: settings of its part, with values that the part would start with. */
  parts: readonly WithSettings[]
  onRefused?(what: string, why: string): void
}

/**
 * Stands between control and the Docker engine, whose socket is as good as root: lets through what a runtime needs, about
 * containers of its own project only, and creates only copies of what Compose has created. Each request to the engine is
 * written here: no header, body, path or query of a client is passed on as it is.
 */
export function createSocketProxy(options: SocketProxyOptions): Server {
  const { onRefused } = options
  const proxy = new SocketProxy(options)
  const latest = new WeakMap<Socket, ServerResponse>()
  const server = createServer(
    { requestTimeout: ARRIVES_WITHIN_MS, headersTimeout: ARRIVES_WITHIN_MS, connectionsCheckingInterval: 1_000 },
    (incoming, outgoing) => {
      const before = latest.get(incoming.socket)
      latest.set(incoming.socket, outgoing)
      // Behind a request that waits for the engine, any number of others would wait unseen.
      if (before?.writableEnded === false) {
        onRefused?.(`${incoming.method} ${incoming.url}`, 'sent before the last request was answered')
        incoming.socket.destroy()
        return
      }
      void proxy.serve(incoming, outgoing).catch((error: unknown) => {
        const why = messageOf(error)
        if (error instanceof Refusal) onRefused?.(`${incoming.method} ${incoming.url}`, why)
        if (outgoing.headersSent) outgoing.destroy()
        else answer(outgoing, error instanceof Refusal ? error.status : 502, { message: why })
      })
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', () => onRefused?.('a connection', `more than ${MAX_CONNECTIONS}`))
  return server
}

/** What is done for one request. */
class SocketProxy {
  readonly #options: SocketProxyOptions
  readonly #read: ReturnType<typeof createReader>

  constructor(options: SocketProxyOptions) {
    this.#options = options
    this.#read = createReader(options.project)
  }

  /** @throws Refusal */
  async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (!HOST.test(incoming.headers.host ?? '')) throw new Refusal('this proxy has no such name', 421)
    const body = await readBody(incoming)
    const asked = this.#read(incoming.method ?? '', incoming.url ?? '', body)
    if (asked.kind === 'pass') {
      const id = asked.id === undefined ? '' : (await this.#ownContainer(asked.id)).Id
      return this.#pass(asked.method, asked.path.replace('{id}', id), outgoing)
    }
    answer(outgoing, 201, { Id: await this.#create(asked) })
  }

  async #create(asked: Exclude<Asked, { kind: 'pass' }>): Promise<string> {
    const { engine, parts } = this.#options
    const original = await this.#ownContainer(asked.id)
    const service = original.Config.Labels[SERVICE_LABEL] ?? ''
    const part = parts.find(({ name }) => name === service) ?? { name: service }
    const [wrong] = settingProblems(part, asked.settings)
    if (wrong !== undefined) throw new Refusal(wrong.message)
    return asked.kind === 'copy' ? addCopy(engine, original, asked) : replaceByCopy(engine, original, asked.settings)
  }

  async #ownContainer(id: string): Promise<ContainerDetails> {
    const { engine, project, untouchable } = this.#options
    const details = await engine.inspect(id)
    const { Labels } = details.Config
    if (Labels[PROJECT_LABEL] !== project) throw new Refusal('that container is of another project')
    if (untouchable.includes(Labels[SERVICE_LABEL] ?? '')) throw new Refusal('that container must not be changed')
    return details
  }

  #pass(method: string, path: string, outgoing: ServerResponse): Promise<void> {
    const { socketPath } = this.#options
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
