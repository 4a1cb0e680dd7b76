import type { Agent, Dispatcher } from 'undici'
import { defined } from '../../../base/defined.ts'
import { messageOf } from '../../../base/errors.ts'
import { composeErrors } from '../errors.ts'
import { PROJECT_LABEL } from './labels.ts'

/** The Docker Engine API, as far as it is used. */

/** Longest wait for an answer, in milliseconds; waiting for a container's end and following events have none. */
const TIMEOUT_MS = 30_000

/** What Firedrill reads of `GET /containers/{id}/json`. */
export interface ContainerDetails {
  Id: string
  Name: string
  /** Of a container that waits for its restart `Running` is true as well. */
  State: {
    Running: boolean
    Paused: boolean
    Restarting: boolean
    Pid: number
    ExitCode: number
    Error: string
  }
  Config: Record<string, unknown> & {
    Image: string
    Env: string[] | null
    Labels: Record<string, string>
    Hostname: string
    /** Seconds that it may take to stop; missing where its owner has not said it. */
    StopTimeout?: number
  }
  HostConfig: Record<string, unknown>
  NetworkSettings: { Networks: Record<string, { NetworkID: string; IPAddress: string; Aliases: string[] | null }> }
}

/** What Firedrill reads of `GET /containers/json`. */
export interface ContainerSummary {
  Id: string
  State: string
  Labels: Record<string, string>
}

/** One of the engine's messages about a container. */
export interface EngineEvent {
  Action: string
  Actor: { ID: string; Attributes: { name: string } }
}

/**
 * The part of the Docker Engine API that the compose runtime uses, over a Unix socket or TCP. Paths carry no version: every
 * engine answers them in its own. Every call throws FD_COMPOSE_ENGINE with the engine's message.
 */
export class Engine {
  readonly address: EngineAddress
  readonly #options: Agent.Options
  /** Opened with the first request: the guardian of a run has this module also where no service runs in containers. */
  #agent: Promise<Agent> | undefined
  readonly #origin: string

  /** @param host As in DOCKER_HOST: unix:///var/run/docker.sock or tcp://docker-proxy:2375. */
  constructor(host: string) {
    const socketPath = /^unix:\/\/(.+)$/.exec(host)?.[1]
    const tcp = /^tcp:\/\/([^/]+)$/.exec(host)?.[1]
    if (socketPath === undefined && tcp === undefined) {
      throw composeErrors.error('FD_COMPOSE_ENGINE', {
        message: 'the address of the Docker engine is not usable',
        where: 'DOCKER_HOST',
        expected: 'unix:///path/to/docker.sock or tcp://host:port',
        given: host,
      })
    }
    this.#origin = tcp === undefined ? 'http://docker' : `http://${tcp}`
    this.address = { origin: this.#origin, ...defined({ socketPath }) }
    this.#options = socketPath === undefined ? {} : { connect: { socketPath } }
  }

  containers(project: string): Promise<ContainerSummary[]> {
    return this.json('GET', `/containers/json?all=1&filters=${encodeURIComponent(ofProject(project))}`)
  }

  inspect(id: string): Promise<ContainerDetails> {
    return this.json('GET', `/containers/${id}/json`)
  }

  async act(verb: 'start' | 'pause' | 'unpause', id: string): Promise<void> {
    await this.#send('POST', `/containers/${id}/${verb}`)
  }

  async kill(id: string, signal: string): Promise<void> {
    await this.#send('POST', `/containers/${id}/kill?signal=${signal}`)
  }

  /** Resolves when it has stopped; the engine asks first, and kills after that many seconds. */
  async stop(id: string, graceSeconds = 10): Promise<void> {
    await this.#send('POST', `/containers/${id}/stop?t=${graceSeconds}`)
  }

  /** Resolves with the exit code when the container does not run, at once when it does not run already. */
  async wait(id: string): Promise<number> {
    const { StatusCode } = await this.json<{ StatusCode: number }>('POST', `/containers/${id}/wait`, {
      timeoutMs: 0,
    })
    return StatusCode
  }

  /** Its anonymous volumes go with it. */
  async remove(id: string): Promise<void> {
    await this.#send('DELETE', `/containers/${id}?force=1&v=1`)
  }

  async create(name: string, body: object): Promise<string> {
    const { Id } = await this.json<{ Id: string }>('POST', `/containers/create?name=${encodeURIComponent(name)}`, {
      body,
    })
    return Id
  }

  /** @param network Name or id. */
  async connect(network: string, container: string, aliases: readonly string[]): Promise<void> {
    await this.#send('POST', `/networks/${encodeURIComponent(network)}/connect`, {
      body: { Container: container, EndpointConfig: { Aliases: aliases } },
    })
  }

  async networks(project: string): Promise<{ Id: string; Name: string }[]> {
    return this.json('GET', `/networks?filters=${encodeURIComponent(ofProject(project))}`)
  }

  /** Ids of the containers in a network. */
  async containersIn(network: string): Promise<string[]> {
    const { Containers } = await this.json<{ Containers: Record<string, object> }>('GET', `/networks/${network}`)
    return Object.keys(Containers)
  }

  async removeNetwork(id: string): Promise<void> {
    await this.#send('DELETE', `/networks/${id}`)
  }

  async volumes(project: string): Promise<{ Name: string }[]> {
    const { Volumes } = await this.json<{ Volumes: { Name: string }[] | null }>(
      'GET',
      `/volumes?filters=${encodeURIComponent(ofProject(project))}`,
    )
    return Volumes ?? []
  }

  async removeVolume(name: string): Promise<void> {
    await this.#send('DELETE', `/volumes/${encodeURIComponent(name)}`)
  }

  /** The last lines of both output streams, oldest first. */
  async logs(id: string, lines: number): Promise<string[]> {
    const answer = await this.#send('GET', `/containers/${id}/logs?stdout=1&stderr=1&tail=${lines}`)
    const all = joinStreams(Buffer.from(await answer.body.arrayBuffer())).split('\n')
    if (all.at(-1) === '') all.pop()
    return all.slice(-lines)
  }

  /** Calls `onEvent` for each event of the project's containers, until aborted. Rejects when the engine ends the stream. */
  async follow(project: string, onEvent: (event: EngineEvent) => void, signal: AbortSignal): Promise<void> {
    const path = `/events?filters=${encodeURIComponent(eventsOf(project))}`
    const answer = await this.#send('GET', path, { timeoutMs: 0, signal })
    let rest = ''
    for await (const chunk of answer.body) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') onEvent(JSON.parse(line) as EngineEvent)
    }
    throw composeErrors.error('FD_COMPOSE_ENGINE', { message: 'the engine ended its stream of events' })
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy()
  }

  protected async json<T>(method: 'GET' | 'POST', path: string, more: SendOptions = {}): Promise<T> {
    return (await (await this.#send(method, path, more)).body.json()) as T
  }

  #open(): Promise<Agent> {
    this.#agent ??= import('undici').then((undici) => new undici.Agent(this.#options))
    return this.#agent
  }

  async #send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { body, timeoutMs = TIMEOUT_MS, signal }: SendOptions = {},
  ): Promise<Dispatcher.ResponseData> {
    const where = `Docker: ${method} ${path.split('?')[0]}`
    let answer: Dispatcher.ResponseData
    try {
      answer = await (await this.#open()).request({
        origin: this.#origin,
        path,
        method,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        ...defined({ signal }),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
    } catch (error) {
      throw composeErrors.error('FD_COMPOSE_ENGINE', {
        message: `no answer: ${messageOf(error)}`,
        where,
        next: 'docker info',
        cause: error,
      })
    }
    // 304: it is already as wanted.
    if (answer.statusCode < 300 || answer.statusCode === 304) return answer
    const text = await answer.body.text()
    throw composeErrors.error('FD_COMPOSE_ENGINE', {
      message: messageIn(text),
      where,
      given: `HTTP ${answer.statusCode}`,
    })
  }
}

/** Where an engine answers, for other clients. */
export interface EngineAddress {
  origin: string
  socketPath?: string
}

interface SendOptions {
  body?: object
  /** 0: no bound. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Filters of a list. */
export function ofProject(project: string): string {
  return JSON.stringify({ label: [`${PROJECT_LABEL}=${project}`] })
}

/** Filters of a stream of events. */
export function eventsOf(project: string): string {
  return JSON.stringify({ type: ['container'], label: [`${PROJECT_LABEL}=${project}`] })
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text
  } catch {
    return text
  }
}

/**
 * The engine multiplexes the two output streams of a container without a terminal: frames of an 8-byte head (byte 0 names
 * the stream, bytes 4–7 the length, big-endian) and a body. Docker Engine API, "Attach to a container".
 */
function joinStreams(buffer: Buffer): string {
  const parts: Buffer[] = []
  let at = 0
  while (at + 8 <= buffer.length) {
    const end = at + 8 + buffer.readUInt32BE(at + 4)
    parts.push(buffer.subarray(at + 8, end))
    at = end
  }
  return Buffer.concat(parts).toString('utf8')
}
