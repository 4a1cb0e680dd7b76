import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { messageOf } from '../../base/errors.ts'
import type { ContainerDetails, Engine } from './engine.ts'
import { isFilteredTo, whatIsAsked, whyNoCopy } from './socket-rules.ts'

const MAX_BODY_BYTES = 256 * 1024
const PROJECT_LABEL = 'com.docker.compose.project'
const SERVICE_LABEL = 'com.docker.compose.service'

export interface SocketProxyOptions {
  /** Path of the engine's socket. */
  socketPath: string
  /** An engine on the same socket, to look at what requests are about. */
  engine: Pick<Engine, 'inspect' | 'containers'>
  project: string
  /** Services of the project that nobody may touch through the proxy: itself. */
  untouchable: readonly string[]
  onRefused?(what: string, why: string): void
}

class Refusal extends Error {}

/**
 * Stands between control and the Docker engine, whose socket is as good as root: lets through what a runtime needs, about
 * containers of its own project only, and creates nothing but copies of what compose has created.
 */
export function createSocketProxy(options: SocketProxyOptions): Server {
  const { socketPath, onRefused } = options
  const guard = new Guard(options)
  const server = createServer((incoming, outgoing) => {
    void serve(incoming, outgoing).catch((error: unknown) => {
      const why = messageOf(error)
      if (error instanceof Refusal) onRefused?.(`${incoming.method} ${incoming.url}`, why)
      if (outgoing.headersSent) outgoing.destroy()
      else {
        outgoing.writeHead(error instanceof Refusal ? 403 : 502, { 'content-type': 'application/json' })
        outgoing.end(JSON.stringify({ message: why }))
      }
    })
  })
  // Waiting for a container's end, and following events, last as long as they last.
  server.requestTimeout = 0
  server.timeout = 0

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://docker')
    const body = await readBody(incoming)
    await guard.check(incoming.method ?? '', url, body)
    const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...headers } = incoming.headers
    const onward = request({
      socketPath,
      method: incoming.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: 'docker', ...(body.length > 0 ? { 'content-length': body.length } : {}) },
    })
    await new Promise<void>((resolve, reject) => {
      onward.on('error', reject)
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        // An answer that begins later than its head (a wait, events) must not be held back.
        outgoing.flushHeaders()
        answer.pipe(outgoing)
        answer.on('error', reject)
        outgoing.on('close', () => {
          answer.destroy()
          resolve()
        })
      })
      outgoing.on('close', () => onward.destroy())
      onward.end(body)
    })
  }
  return server
}

class Guard {
  readonly #options: SocketProxyOptions
  /** Of a container that was removed, per service: another like it may still be made. */
  readonly #removed = new Map<string, ContainerDetails>()
  constructor(options: SocketProxyOptions) {
    this.#options = options
  }

  /** @throws Refusal */
  async check(method: string, url: URL, body: Buffer): Promise<void> {
    const asked = whatIsAsked(method, url.pathname)
    switch (asked?.kind) {
      case undefined:
        throw new Refusal('this proxy does not let that through')
      case 'free':
      case 'exec':
        // An exec id is a secret of 256 bits that only its maker knows; making one is checked.
        return
      case 'filtered':
        if (isFilteredTo(this.#options.project, url.searchParams)) return
        throw new Refusal(`only with the filter label ${PROJECT_LABEL}=${this.#options.project}`)
      case 'container': {
        const details = await this.#own(asked.id)
        if (asked.removes) this.#removed.set(details.Config.Labels[SERVICE_LABEL] ?? '', details)
        return
      }
      case 'create':
        return this.#mayCreate(body)
      case 'connect':
        return this.#mayConnect(asked.network, body)
    }
  }

  async #own(id: string): Promise<ContainerDetails> {
    const details = await this.#options.engine.inspect(id)
    const { Labels } = details.Config
    if (Labels[PROJECT_LABEL] !== this.#options.project) throw new Refusal('that container is of another project')
    if (this.#options.untouchable.includes(Labels[SERVICE_LABEL] ?? ''))
      throw new Refusal('that container is not to be touched')
    return details
  }

  async #mayCreate(body: Buffer): Promise<void> {
    const asked = parse(body) as { Labels?: Record<string, string> }
    const service = asked.Labels?.[SERVICE_LABEL] ?? ''
    const why = whyNoCopy(asked, await this.#originalOf(service))
    if (why !== undefined) throw new Refusal(`only copies of the project's containers: ${why}`)
  }

  async #originalOf(service: string): Promise<ContainerDetails> {
    const { engine, project, untouchable } = this.#options
    const found = (await engine.containers(project)).find(({ Labels }) => Labels[SERVICE_LABEL] === service)
    const original = found === undefined ? this.#removed.get(service) : await engine.inspect(found.Id)
    if (original !== undefined && !untouchable.includes(service)) return original
    throw new Refusal(`the project has no container of the service "${service}" to copy`)
  }

  async #mayConnect(network: string, body: Buffer): Promise<void> {
    const { Container = '' } = parse(body) as { Container?: string }
    const { Labels } = (await this.#own(Container)).Config
    const original =
      this.#removed.get(Labels[SERVICE_LABEL] ?? '') ?? (await this.#originalOf(Labels[SERVICE_LABEL] ?? ''))
    const known = Object.values(original.NetworkSettings.Networks).some(({ NetworkID }) => NetworkID === network)
    if (!known) throw new Refusal('the original is not in that network')
  }
}

function parse(body: Buffer): object {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below.
  }
  throw new Refusal('the body is not a JSON object')
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
