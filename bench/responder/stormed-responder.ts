import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'

const TOKEN = 'storm'
/** Clock ticks of the kernel's CPU accounts: 100 on every Linux. */
const TICKS_PER_SECOND = 100
const SERVICES = ['store', 'quotes', 'worker']

/** No guard delays an action: what is measured is the time until it begins. */
const POLICY = `
guards: { cooldown: 0ms, perTarget: { actions: 1000, window: 1s }, overall: { actions: 1000, window: 1s } }
rules:
  - name: down
    match: { alertname: ServiceDown }
    settle: 500ms
    ladder: [{ restart: target }]
    verify: { health: true, over: 0ms }
  - name: slow
    match: { alertname: APIHighLatency }
    settle: 500ms
    ladder: [{ log: slow }]
`

/** A responder process with the real log and the real HTTP server, and a control API that only records. */
export class StormedResponder {
  readonly log: string
  readonly restarts: { replica: string; atMs: number }[] = []
  readonly #folder: string
  readonly #control: Server
  readonly #nodeOptions: readonly string[]
  readonly #bin: string
  #child: ChildProcess | undefined
  #address = ''
  #pool: Pool | undefined

  private constructor(folder: string, bin: string, nodeOptions: readonly string[]) {
    this.#folder = folder
    this.#bin = bin
    this.#nodeOptions = nodeOptions
    this.log = join(folder, 'incident_log.jsonl')
    const replicas = SERVICES.map((name) => ({
      name,
      replicas: [1, 2, 3, 4, 5].map((number) => ({ id: `${name}-${number}`, state: 'healthy', sinceMs: 0 })),
    }))
    this.#control = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        if (request.url?.endsWith('/restart')) {
          const { replica } = JSON.parse(body) as { replica: string }
          this.restarts.push({ replica, atMs: performance.now() })
          const restarted = replicas.flatMap((one) => one.replicas).find((one) => one.id === replica)
          if (restarted !== undefined) Object.assign(restarted, { state: 'healthy', sinceMs: Date.now() })
        }
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify({ services: replicas }))
      })
    })
  }

  /** @param bin Path of bin/firedrill.js */
  static async create(bin: string, nodeOptions: readonly string[] = []): Promise<StormedResponder> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-storm-'))
    await writeFile(join(folder, 'policy.yaml'), POLICY)
    const responder = new StormedResponder(folder, bin, nodeOptions)
    responder.#control.listen(0, '127.0.0.1')
    await once(responder.#control, 'listening')
    return responder
  }

  /** `connections` is also how many deliveries may be under way at once. `instead`: another program, to compare with. */
  async start(connections: number, instead?: readonly string[]): Promise<void> {
    const { port } = this.#control.address() as AddressInfo
    const program = instead ?? [this.#bin, 'serve', 'responder']
    const child = spawn(process.execPath, [...this.#nodeOptions, ...program], {
      cwd: this.#folder,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        CONTROL_URL: `http://127.0.0.1:${port}`,
        CONTROL_TOKEN: TOKEN,
        WEBHOOK_TOKEN: TOKEN,
        MAINTENANCE_TOKEN: TOKEN,
        INCIDENT_LOG: this.log,
        // No rotation: every alert is looked up in this one file.
        INCIDENT_LOG_MEBIBYTES: '4096',
        RESPONDER_POLICY: join(this.#folder, 'policy.yaml'),
        RESPONDER_MAX_DELIVERIES: '100000',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    let output = ''
    const address = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the responder ended with ${code}: ${output}`)))
      child.stdout.on('data', (chunk: Buffer) => {
        if (output.length < 10_000) output += chunk.toString()
        const found = /"address":"(http:[^"]+)"/.exec(output)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    this.#address = address
    this.#pool = new Pool(address, { connections, pipelining: 1 })
  }

  get address(): string {
    return this.#address
  }

  /** Physical memory of its process, in bytes. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child?.pid}/status`, 'utf8')
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024
  }

  /** Posts a delivery; resolves with whether it was answered with 200. */
  async deliver(body: string): Promise<boolean> {
    try {
      const answer = await (this.#pool as Pool).request({
        method: 'POST',
        path: '/webhook',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body,
      })
      await answer.body.dump()
      return answer.statusCode === 200
    } catch {
      return false
    }
  }

  /** CPU time that its process has used, in seconds. */
  async cpuSeconds(): Promise<number> {
    const stat = await readFile(`/proc/${this.#child?.pid}/stat`, 'utf8')
    const [user = 0, system = 0] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number)
    return (user + system) / TICKS_PER_SECOND
  }

  /** Kill -9, at any moment. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** With SIGTERM. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async remove(): Promise<void> {
    await this.kill()
    this.#control.closeAllConnections()
    this.#control.close()
    await rm(this.#folder, { recursive: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close')
      child.kill(signal)
      await ended
    }
    await this.#pool?.destroy()
    this.#pool = undefined
  }
}
