import { pino } from 'pino'
import type { StackView } from '../../src/api/contract.ts'
import { ActiveFaults } from '../../src/api/injector/active-faults.ts'
import { createControlServer } from '../../src/api/server/control-server.ts'
import type { HttpServer } from '../../src/base/http/http-server.ts'
import { FakeRuntime } from '../../src/runtimes/fake/runtime.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import type { Part } from '../../src/stack/part.ts'
import { profiles } from '../../src/stack/profile.ts'

const TOKEN = 'b'.repeat(43)

/** The API of control over parts that run nothing: what is measured is control itself. */
export class ControlOfNothing {
  readonly runtime: FakeRuntime
  readonly #server: HttpServer
  readonly #faults: ActiveFaults
  readonly #url: string

  private constructor(runtime: FakeRuntime, server: { server: HttpServer; faults: ActiveFaults; url: string }) {
    this.runtime = runtime
    this.#server = server.server
    this.#faults = server.faults
    this.#url = server.url
  }

  static async start(path: string, parts: readonly Part[] = []): Promise<ControlOfNothing> {
    const runtime = new FakeRuntime({ parts })
    await runtime.up()
    const faults = new ActiveFaults({ runtime, tokenOf: () => TOKEN })
    const folder = new StateFolder(path)
    const view = (): StackView => ({
      id: 'bench',
      run: 'bench',
      state: 'up',
      profile: 'lab',
      runtime: runtime.name,
      version: '0.0.0',
      pid: process.pid,
      startedAtMs: 0,
      url: '',
      folder: path,
      components: {},
      notices: [],
      troubles: [],
      halted: null,
      lastSequence: runtime.events().at(-1)?.sequence ?? 0,
      faults: faults.list(),
      services: runtime.services(),
    })
    const server = createControlServer({
      runtime,
      faults,
      tokens: { operator: TOKEN, responder: TOKEN },
      maintenanceToken: TOKEN,
      profile: profiles.lab,
      situation: { folder, authorizations: new Map(), settings: undefined },
      view,
      down: () => undefined,
      logger: pino({ level: 'silent' }),
    })
    return new ControlOfNothing(runtime, { server, faults, url: await server.listen({ host: '127.0.0.1', port: 0 }) })
  }

  /** The body of an answer, as text. */
  async get(path: string): Promise<string> {
    const answer = await fetch(this.#url + path)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${text}`)
    return text
  }

  async close(): Promise<void> {
    await this.#faults.close()
    await this.#server.close()
    await this.runtime.down()
  }
}
