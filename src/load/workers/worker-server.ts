import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { packageVersion } from '../../base/files/package-version.ts'
import { boundConnections } from '../../base/http/bounded-connections.ts'
import type { ListenAddress } from '../../base/http/listen-address.ts'
import { isObject } from '../../base/is-object.ts'
import { loadErrors } from '../errors.ts'
import { clockMs, LEASE_MS, type WorkerCall } from './protocol.ts'
import { isGenuine, newNonce, proofOf, readSealed, type Sealed, seal, sessionKey } from './seal.ts'
import { WorkerDuty, type WorkerDutyOptions } from './worker-duty.ts'

/**
 * Listens for coordinators, until it is closed. Every exchange is a POST of JSON with an answer of JSON, so that it passes through the
 * proxy of a Kubernetes API server as well.
 * @throws FD_LOAD_WORKER_LISTEN
 */
export async function startWorker({ listen, token, ...duty }: WorkerOptions): Promise<LoadWorker> {
  const worker = new WorkerServer(token, duty)
  const server = createServer(TIMES, (request, response) => void answerRequest(request, response, worker))
  boundConnections(server, MOST_CONNECTIONS)
  try {
    server.listen(listen.port, listen.host)
    await once(server, 'listening')
  } catch (cause) {
    throw loadErrors.error('FD_LOAD_WORKER_LISTEN', {
      message: `cannot listen: ${messageOf(cause)}`,
      where: `${listen.host}:${listen.port}`,
      expected: 'a free port at an address of this machine',
      next: '--listen HOST:PORT names another one',
      cause,
    })
  }
  // A connection that could not be accepted is no reason to end.
  server.on('error', () => undefined)
  const { address, family, port } = server.address() as AddressInfo
  return {
    place: family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`,
    close: async () => {
      await worker.duty.close()
      await closed(server)
    },
  }
}

export interface WorkerOptions extends WorkerDutyOptions {
  listen: ListenAddress
  /** What its coordinators must have, too. */
  token: string
}

export interface LoadWorker {
  /** Where it listens: "127.0.0.1:9292". */
  readonly place: string
  /** Ends the load that is under way, and listens no more. */
  close(): Promise<void>
}

/** Why a worker does not take a request that nobody has sealed, or somebody else. */
export type Refusal = 'form' | 'token' | 'session'

/** A coordinator that is polite needs one. */
const MOST_CONNECTIONS = 16
const MOST_BYTES = 4 * 1024 ** 2
const TIMES = {
  headersTimeout: 5_000,
  requestTimeout: LEASE_MS,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 2 * LEASE_MS,
}
const LAST_ANSWERS_MS = 500
/** Greeted and silent since: the oldest make room. */
const MOST_SESSIONS = 64

/** Greets coordinators, and lets those act that have the token. */
class WorkerServer {
  readonly duty: WorkerDuty
  readonly #token: string
  readonly #version = packageVersion()
  /** By the worker's nonce, the oldest first. */
  readonly #sessions = new Map<string, Session>()

  constructor(token: string, duty: WorkerDutyOptions) {
    this.#token = token
    this.duty = new WorkerDuty(duty)
  }

  /** The answer to any body. Never rejects. */
  async answer(body: unknown): Promise<unknown> {
    if (!isObject(body)) return refusal('form')
    if (typeof body.hello === 'string') return this.#greet(body.hello)
    const sealed = readSealed(body)
    if (sealed === undefined || typeof body.session !== 'string') return refusal('form')
    const session = this.#sessions.get(body.session)
    if (session === undefined) return refusal('session')
    // A number that was there before is a repetition: somebody else has kept what a coordinator sent.
    if (!isGenuine(session.key, 'call', sealed) || sealed.seq <= session.seq) return refusal('token')
    session.seq = sealed.seq
    session.isProven = true
    return this.#carryOut(body.session, { session, sealed })
  }

  #greet(coordinator: string): unknown {
    if (!/^[\w-]{16,100}$/.test(coordinator)) return refusal('form')
    const nonces = { coordinator, worker: newNonce() }
    this.#makeRoom()
    this.#sessions.set(nonces.worker, { key: sessionKey(this.#token, nonces), seq: 0, isProven: false })
    return { session: nonces.worker, version: this.#version, proof: proofOf(this.#token, nonces) }
  }

  /** Those that have never shown the token go first; the one that has the worker stays. */
  #makeRoom(): void {
    if (this.#sessions.size < MOST_SESSIONS) return
    const names = [...this.#sessions].filter(([name]) => !this.duty.isHeldBy(name))
    const [name] = names.find(([, { isProven }]) => !isProven) ?? names[0] ?? []
    if (name !== undefined) this.#sessions.delete(name)
  }

  async #carryOut(name: string, { session, sealed }: { session: Session; sealed: Sealed }): Promise<unknown> {
    const receivedAtMs = clockMs()
    const outcome = await this.#outcomeOf(name, sealed.text)
    const text = JSON.stringify({ ...outcome, receivedAtMs, sentAtMs: clockMs() })
    return seal(session.key, 'answer', { seq: sealed.seq, text })
  }

  async #outcomeOf(session: string, text: string): Promise<{ value: unknown } | { error: unknown }> {
    try {
      return { value: await this.duty.carryOut(session, JSON.parse(text) as WorkerCall) }
    } catch (error) {
      if (error instanceof FiredrillError) return { error: error.toJSON() }
      const message = `it cannot do that: ${messageOf(error)}`
      return { error: loadErrors.error('FD_LOAD_WORKER_LOST', { message }).toJSON() }
    }
  }
}

/** What a worker and a coordinator have in common after they have greeted each other. */
interface Session {
  key: Buffer
  /** Of the last call. */
  seq: number
  /** Whether its coordinator has shown that it has the token. */
  isProven: boolean
}

async function answerRequest(request: IncomingMessage, response: ServerResponse, worker: WorkerServer): Promise<void> {
  const send = (value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  response.on('error', () => undefined)
  if (request.method !== 'POST') {
    response.writeHead(405, { allow: 'POST', 'content-type': 'text/plain' }).end('a worker of firedrill load\n')
    return
  }
  let body: unknown
  try {
    body = JSON.parse(await bodyOf(request))
  } catch {
    if (!response.headersSent && !response.destroyed) send(refusal('form'))
    return
  }
  send(await worker.answer(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error('too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refusal(refused: Refusal): { refused: Refusal } {
  return { refused }
}

async function closed(server: Server): Promise<void> {
  const isClosed = new Promise<void>((resolve) => server.close(() => resolve()))
  // Answers that are on their way arrive; nobody keeps a worker up by a connection that is idle.
  const ending = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS)
  await isClosed
  clearTimeout(ending)
}
