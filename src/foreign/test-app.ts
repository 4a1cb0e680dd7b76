import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signalProcess } from '../base/system/process.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { PortLedger } from '../runtimes/native/process/ports.ts'
import { findProcess } from './control/find-process.ts'
import type { ForeignSystem } from './file/foreign-system.ts'
import { parseSystem } from './file/system-file.ts'

const APP = `
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
if (process.env.FAIL) process.exit(3)
const server = createServer((request, response) => response.end('fine'))
server.listen(Number(process.env.PORT), '127.0.0.1', () => writeFileSync('app.pid', String(process.pid)))
process.on('SIGTERM', () => process.exit(0))
`

const ports = new PortLedger('127.0.0.1')
const FIRST_PORT = 28_500

/** A program that somebody else has written, started and described, in a folder of its own. */
export class TestApp {
  readonly folder: string
  readonly port: number
  #started: ChildProcess | undefined

  private constructor(folder: string, port: number) {
    this.folder = folder
    this.port = port
  }

  static async create(): Promise<TestApp> {
    const folder = await mkdtemp(join(tmpdir(), 'fd-foreign-'))
    await writeFile(join(folder, 'app.mjs'), APP)
    return new TestApp(folder, await TestApp.freePort())
  }

  static freePort = freePort

  /** Its description; `found` says how its process is found. `more`: further keys of the process, of the service, of the file. */
  system(found = 'pidFile: app.pid', more = '', { service = '', file = '' } = {}): ForeignSystem {
    const run = `${found}, start: [${JSON.stringify(process.execPath)}, app.mjs], env: { PORT: "${this.port}" }, log: app.log${more}`
    const text = `name: test\nenvironment: lab\nprometheus: http://127.0.0.1:1\nalertmanager: http://127.0.0.1:1\nservices:\n  app:\n    urls: ["http://127.0.0.1:${this.port}"]\n    health: /health\n    process: { ${run} }\n${service === '' ? '' : `    ${service}\n`}${file === '' ? '' : `${file}\n`}`
    return parseSystem(text, join(this.folder, 'firedrill.yaml'))
  }

  /** As its own people would. */
  async start(): Promise<number> {
    const child = spawn(process.execPath, ['app.mjs'], {
      cwd: this.folder,
      env: { ...process.env, PORT: String(this.port) },
      stdio: 'ignore',
    })
    this.#started = child
    await this.answers()
    return child.pid ?? 0
  }

  async answers(): Promise<void> {
    await waitUntil(
      async () => {
        const answer = await fetch(`http://127.0.0.1:${this.port}/`, { signal: AbortSignal.timeout(500) })
        return answer.ok ? done(undefined) : notYet(`${answer.status}`)
      },
      { what: 'the app to answer', timeoutMs: 20_000, intervalMs: 20 },
    )
  }

  async remove(): Promise<void> {
    const started = this.#started
    if (started !== undefined && started.exitCode === null && started.signalCode === null) {
      const ended = once(started, 'exit')
      started.kill('SIGKILL')
      await ended
    }
    const left = findProcess({ by: 'pidFile', path: join(this.folder, 'app.pid') })
    if (left !== undefined) signalProcess(left.pid, 'SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
    await ports.forget(this.port)
  }
}

/** It stays claimed, and no outgoing connection takes it: the app binds it a while later, and again after it was killed. */
async function freePort(): Promise<number> {
  const port = await ports.reserve(FIRST_PORT)
  await ports.release(port)
  return port
}
