import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Highest pid of Linux: no process of this machine has it, as where the engine is of another machine. */
const ELSEWHERE = 4_194_304

/** A Docker engine at a socket that knows two containers of a Compose project, `shop/web`, and a service that answers for them. */
export class TestEngine {
  readonly containers = new Map([
    ['aaa', { number: 2, pid: ELSEWHERE + 1, running: true, paused: false }],
    ['bbb', { number: 1, pid: ELSEWHERE + 2, running: true, paused: false }],
  ])
  /** What was done: "pause aaa". */
  readonly asked: string[] = []
  readonly host: string
  readonly #socket: string
  readonly #service: Server
  #engine: Server | undefined
  #lastPid = ELSEWHERE + 2

  private constructor(folder: string) {
    this.#socket = join(folder, 'docker.sock')
    this.host = `unix://${this.#socket}`
    this.#service = createServer((_request, response) => response.end('fine'))
  }

  static async start(folder: string): Promise<TestEngine> {
    const engine = new TestEngine(folder)
    await engine.begin()
    await new Promise<void>((resolve) => engine.#service.listen(0, '127.0.0.1', resolve))
    return engine
  }

  /** Of a firedrill.yaml. */
  get description(): string {
    const url = `http://127.0.0.1:${(this.#service.address() as AddressInfo).port}`
    const web = `web: { urls: ["${url}/1", "${url}/2"], compose: { project: shop, service: web } }`
    return `name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\nservices: { ${web} }\n`
  }

  /** Listens, also again after it was gone. */
  async begin(): Promise<void> {
    const engine = createServer((request, response) => {
      const { status, body } = this.#answer(request.url ?? '')
      response.statusCode = status
      response.end(body === undefined ? undefined : JSON.stringify(body))
    })
    this.#engine = engine
    await new Promise<void>((resolve) => engine.listen(this.#socket, resolve))
  }

  /** Is gone: nobody listens at its socket. */
  async end(): Promise<void> {
    const engine = this.#engine
    this.#engine = undefined
    engine?.closeAllConnections()
    await new Promise<void>((resolve) => (engine === undefined ? resolve() : engine.close(() => resolve())))
  }

  async close(): Promise<void> {
    await this.end()
    this.#service.closeAllConnections()
    await new Promise((resolve) => this.#service.close(resolve))
  }

  #answer(url: string): { status: number; body?: unknown } {
    if (url.startsWith('/containers/json')) return { status: 200, body: this.#list() }
    const [, id = '', verb = ''] = /^\/containers\/([^/?]+)\/([^?]+)/.exec(url) ?? []
    const one = this.containers.get(id)
    if (one === undefined) return { status: 404, body: { message: 'no such container' } }
    if (verb === 'json') {
      const State = { Running: one.running, Paused: one.paused, Restarting: false, Pid: one.pid }
      return { status: 200, body: { Id: id, State, Config: { StopTimeout: 1 } } }
    }
    this.asked.push(`${verb} ${id}`)
    if (verb.startsWith('kill') || verb === 'stop') Object.assign(one, { running: false, paused: false })
    if (verb === 'start') Object.assign(one, { running: true, pid: ++this.#lastPid })
    if (verb === 'pause' || verb === 'unpause') one.paused = verb === 'pause'
    return { status: 204 }
  }

  #list(): object[] {
    return [...this.containers].map(([Id, { number }]) => ({
      Id,
      State: 'running',
      Labels: { 'com.docker.compose.service': 'web', 'com.docker.compose.container-number': String(number) },
    }))
  }
}
