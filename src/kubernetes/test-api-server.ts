import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isObject } from '../base/is-object.ts'
import { ApiClient } from './api-client.ts'
import type { Cluster, ContainerPlace, Executed } from './cluster.ts'

/**
 * A small API server at a socket, for tests that need no cluster: objects in memory by their paths, lists by label, patches, scale.
 * What it says is what the real one says; the same code is tested with that in test/kubernetes/.
 */
export class TestApiServer {
  /** By path: "/apis/apps/v1/namespaces/shop/deployments/web". Tests read and change them. */
  readonly objects = new Map<string, TestObject>()
  readonly requests: TestRequest[] = []
  /** Paths whose answer is one of these texts and no object: those of logs, of proxies. */
  readonly texts = new Map<string, string>()
  /** An answer instead of the ordinary one. */
  intercept: (method: string, path: string) => TestAnswer | undefined = () => undefined
  /** Called with each request before it is answered. */
  onRequest: (request: IncomingMessage) => void = () => undefined
  exec: (container: ContainerPlace, command: readonly string[]) => Promise<Executed> = () =>
    Promise.reject(new Error('no program runs here'))
  readonly socketPath: string
  readonly #server: Server
  readonly #folder: string
  #version = 0

  private constructor(folder: string) {
    this.#folder = folder
    this.socketPath = join(folder, 'api.sock')
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async start(): Promise<TestApiServer> {
    const server = new TestApiServer(mkdtempSync(join(tmpdir(), 'fd-api-')))
    await new Promise<void>((resolve) => server.#server.listen(server.socketPath, resolve))
    return server
  }

  /** A cluster of it. */
  cluster(): Cluster {
    const door = {
      connect: () =>
        new Promise<ReturnType<typeof connect>>((resolve, reject) => {
          const socket = connect(this.socketPath)
          socket.once('connect', () => resolve(socket))
          socket.once('error', reject)
        }),
      headers: async () => ({ host: 'localhost' }),
    }
    const client = new ApiClient(door, 'the test server')
    return {
      description: 'the test server',
      door,
      request: (request) => client.request(request),
      exec: (container, command) => this.exec(container, command),
      close: async () => client.close(),
    }
  }

  /** Puts an object there; what every object has is filled in. */
  put(path: string, object: { metadata?: object; spec?: object; status?: object }): TestObject {
    const name = path.split('/').at(-1) ?? ''
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1]
    const version = this.#next()
    const now = new Date(Date.UTC(2026, 0, 1) + version * 1_000).toISOString()
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: `uid-${version}`,
      resourceVersion: String(version),
      generation: 1,
      creationTimestamp: now,
      ...object.metadata,
    }
    const whole = { ...object, metadata } as TestObject
    this.objects.set(path, whole)
    return whole
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #next(): number {
    this.#version += 1
    return this.#version
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.onRequest(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const method = request.method ?? 'GET'
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    this.requests.push({ method, path: pathname, query: searchParams, body })
    const plain = this.texts.get(pathname)
    if (plain !== undefined && method === 'GET') return void response.end(plain)
    const { status, body: answer } =
      this.intercept(method, pathname) ?? this.#act({ method, path: pathname, query: searchParams, body })
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  }

  #act({ method, path, query, body }: TestRequest): TestAnswer {
    const scaled = /^(.*)\/scale$/.exec(path)?.[1]
    if (scaled !== undefined) return this.#scale(method, scaled, body)
    const found = this.objects.get(path)
    if (method === 'GET') {
      if (found !== undefined) return { status: 200, body: found }
      return isList(path) ? this.#list(path, query.get('labelSelector') ?? '') : missing(path)
    }
    if (method === 'POST') {
      const { name } = (body as { metadata: { name: string } }).metadata
      const whole = `${path}/${name}`
      if (this.objects.has(whole)) return refused(409, 'AlreadyExists', `"${name}" already exists`)
      return { status: 201, body: this.put(whole, body as object) }
    }
    if (found === undefined) return missing(path)
    if (method === 'DELETE') {
      const { preconditions = {} } = (body ?? {}) as { preconditions?: Partial<TestObject['metadata']> }
      if (!isAsExpected(found, preconditions)) return refused(409, 'Conflict', 'the precondition is not met')
      this.objects.delete(path)
      return { status: 200, body: found }
    }
    return this.#change(path, found, body)
  }

  #change(path: string, found: TestObject, body: unknown): TestAnswer {
    const before = JSON.stringify(found.spec)
    const { resourceVersion } = (body as { metadata?: Partial<TestObject['metadata']> }).metadata ?? {}
    if (resourceVersion !== undefined && !isAsExpected(found, { resourceVersion }))
      return refused(409, 'Conflict', 'the object has been modified')
    const changed = Array.isArray(body) ? patched(found, body as JsonPatch) : (merged(found, body) as TestObject)
    if (changed === undefined)
      return refused(422, 'Invalid', 'the server rejected our request due to an error in our request')
    const { generation = 1 } = found.metadata
    changed.metadata.resourceVersion = String(this.#next())
    changed.metadata.generation = JSON.stringify(changed.spec) === before ? generation : generation + 1
    this.objects.set(path, changed)
    return { status: 200, body: changed }
  }

  /** The subresource of a workload that has its number of replicas alone. */
  #scale(method: string, path: string, body: unknown): TestAnswer {
    const workload = this.objects.get(path)
    if (workload === undefined) return missing(path)
    if (method === 'PUT') {
      const { metadata: read, spec: wanted } = body as TestObject
      if (read.resourceVersion !== workload.metadata.resourceVersion)
        return refused(409, 'Conflict', 'the object has been modified')
      this.#change(path, workload, { spec: { replicas: wanted.replicas ?? 0 } })
    }
    const { metadata, spec } = this.objects.get(path) ?? workload
    return { status: 200, body: { kind: 'Scale', metadata, spec: { replicas: spec.replicas ?? 1 } } }
  }

  #list(path: string, selector: string): TestAnswer {
    const items = [...this.objects]
      .filter(([key]) => key.startsWith(`${path}/`) && !key.slice(path.length + 1).includes('/'))
      .map(([, object]) => object)
      .filter(({ metadata: { labels = {} } }) =>
        selector === '' ? true : selector.split(',').every((one) => isMet(one, labels)),
      )
    return { status: 200, body: { kind: 'List', metadata: { resourceVersion: String(this.#version) }, items } }
  }
}

export interface TestRequest {
  method: string
  path: string
  query: URLSearchParams
  body: unknown
}

export interface TestAnswer {
  status: number
  body: object
}

export interface TestObject {
  metadata: {
    name: string
    uid: string
    resourceVersion: string
    generation?: number
    deletionTimestamp?: string
    deletionGracePeriodSeconds?: number
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  spec: Record<string, unknown> & { replicas?: number }
  status: Record<string, unknown>
}

type JsonPatch = readonly { op: 'test' | 'replace' | 'add' | 'remove'; path: string; value?: unknown }[]

function isAsExpected({ metadata }: TestObject, { uid, resourceVersion }: Partial<TestObject['metadata']>): boolean {
  return [metadata.uid, undefined].includes(uid) && [metadata.resourceVersion, undefined].includes(resourceVersion)
}

/** `undefined` where a test of the patch fails, or there is no such place. */
function patched(found: TestObject, patch: JsonPatch): TestObject | undefined {
  const object = structuredClone(found) as unknown as Place
  for (const { op, path, value } of patch) {
    const keys = path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = keys.pop() ?? ''
    const place = keys.reduce<Place | undefined>((inner, key) => inner?.[key] as Place | undefined, object)
    if (place === undefined || (op !== 'add' && !Object.hasOwn(place, last))) return undefined
    if (op === 'test' && JSON.stringify(place[last]) !== JSON.stringify(value)) return undefined
    if (op === 'remove') removeAt(place, last)
    if (op === 'add' && Array.isArray(place)) place.splice(Number(last), 0, value)
    else if (op === 'add' || op === 'replace') place[last] = value
  }
  return object as unknown as TestObject
}

type Place = Record<string, unknown>

function removeAt(place: Place, key: string): void {
  if (Array.isArray(place)) place.splice(Number(key), 1)
  else delete place[key]
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = merged(result[key], value)
  }
  return result
}

function isMet(condition: string, labels: Readonly<Record<string, string>>): boolean {
  const [key = '', value] = condition.split('=')
  return value === undefined ? key in labels : labels[key] === value
}

/** /api/v1/namespaces/shop/pods, /apis/apps/v1/namespaces/shop/deployments */
function isList(path: string): boolean {
  return /^\/(api\/v1|apis\/[^/]+\/[^/]+)(\/namespaces\/[^/]+)?\/[^/]+$/.test(path)
}

function missing(path: string): TestAnswer {
  return refused(404, 'NotFound', `${path.split('/').slice(-2).join(' ')} not found`)
}

export function refused(status: number, reason: string, message: string): TestAnswer {
  return { status, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code: status } }
}
