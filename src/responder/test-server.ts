import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { defined } from '../base/defined.ts'
import type { SteadyClock } from '../base/system/steady-clock.ts'
import type { ResponderConfig } from './config.ts'
import { startResponder } from './start.ts'
import { TestStack } from './test-stack.ts'

export const WEBHOOK_TOKEN = 'the-webhook-token'
export const CONTROL_TOKEN = 'the-control-token'
export const MAINTENANCE_TOKEN = 'the-maintenance-token'

const POLICY = `
guards: { cooldown: 0ms }
rules:
  - name: down
    match: { alertname: ServiceDown }
    service: store
    ladder: [{ restart: target }]
    verify: { health: true, over: 0ms }
  - name: no alert would arrive
    match: { alertname: WatchdogMissing }
    ladder: []
`

/** The whole responder, listening on a free port, with a control API of memory. */
export class TestServer {
  readonly stack: TestStack
  readonly log: string
  readonly #folder: string
  readonly #running: Awaited<ReturnType<typeof startResponder>>

  private constructor(folder: string, stack: TestStack, running: Awaited<ReturnType<typeof startResponder>>) {
    this.#folder = folder
    this.stack = stack
    this.log = join(folder, 'incident_log.jsonl')
    this.#running = running
  }

  static async start(more: Partial<ResponderConfig> = {}, clock?: SteadyClock): Promise<TestServer> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-responder-'))
    const policyFile = join(folder, 'policy.yaml')
    await writeFile(policyFile, POLICY)
    const stack = new TestStack()
    const config: ResponderConfig = {
      host: '127.0.0.1',
      port: 0,
      repairs: { by: 'control', url: 'http://127.0.0.1:9', token: CONTROL_TOKEN },
      webhookToken: WEBHOOK_TOKEN,
      maintenanceToken: MAINTENANCE_TOKEN,
      incidentLog: join(folder, 'incident_log.jsonl'),
      maxLogBytes: 2 ** 20,
      run: 'one',
      policyFile,
      clockFactor: 1,
      watchdogEveryMs: 0,
      maxDeliveriesPerSecond: 1_000,
      channels: {},
      ...more,
    }
    return new TestServer(
      folder,
      stack,
      await startResponder(config, { actuator: stack, logger: pino({ level: 'silent' }), ...defined({ clock }) }),
    )
  }

  get url(): string {
    return this.#running.address
  }

  async deliver(
    body: object | string,
    token: string | undefined = WEBHOOK_TOKEN,
    headers: Record<string, string> = {},
  ) {
    const answer = await fetch(`${this.url}/webhook`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    const json = (await answer.json()) as Record<string, unknown>
    return { status: answer.status, headers: answer.headers, body: json }
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.url}${path}`)).json()) as T
  }

  /** The value of a series, as /metrics shows it. */
  async metric(series: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const line = text.split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
  }

  async remove(): Promise<void> {
    await this.#running.close()
    await rm(this.#folder, { recursive: true })
  }
}
