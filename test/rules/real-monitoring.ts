import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { programOf } from './tools.ts'

/** A bound for a program to start on a busy machine, in milliseconds. */
const START_MS = 60_000

/** Real Prometheus and Alertmanager processes, and servers of a test, in one folder; all end together. */
export class RealMonitoring {
  readonly folder: string
  readonly #ports = new PortLedger('127.0.0.1')
  readonly #children: ChildProcess[] = []
  readonly #servers: Server[] = []
  #next = 20_100

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(): Promise<RealMonitoring> {
    return new RealMonitoring(await mkdtemp(join(tmpdir(), 'fd-monitoring-')))
  }

  async freePort(): Promise<number> {
    const port = await this.#ports.reserve(this.#next)
    this.#next = port + 1
    await this.#ports.release(port)
    return port
  }

  /** JSON is YAML. */
  async write(name: string, content: unknown): Promise<string> {
    const path = join(this.folder, name)
    await writeFile(path, JSON.stringify(content))
    return path
  }

  /** Resolves with its URL when it is ready. */
  async prometheus(name: string, config: unknown, flags: readonly string[] = []): Promise<string> {
    const { path, args, cwd, env } = await programOf('prometheus')
    const port = await this.freePort()
    const url = `http://127.0.0.1:${port}`
    this.run(
      path,
      [
        `--config.file=${await this.write(`${name}.yml`, config)}`,
        `--storage.tsdb.path=${join(this.folder, name)}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.enable-lifecycle',
        ...flags,
        ...args,
      ],
      { ...defined({ cwd }), env },
    )
    await this.answers(`${url}/-/ready`)
    return url
  }

  async alertmanager(name: string, config: unknown, flags: readonly string[] = []): Promise<string> {
    const { path, args, cwd, env } = await programOf('alertmanager')
    const port = await this.freePort()
    const url = `http://127.0.0.1:${port}`
    this.run(
      path,
      [
        `--config.file=${await this.write(`${name}.yml`, config)}`,
        `--storage.path=${join(this.folder, name)}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
        ...flags,
        ...args,
      ],
      { ...defined({ cwd }), env },
    )
    await this.answers(`${url}/-/ready`)
    return url
  }

  run(path: string, args: readonly string[], { cwd, env = {} }: { cwd?: string; env?: Record<string, string> } = {}) {
    const child = spawn(path, args, { ...defined({ cwd }), env: { ...process.env, ...env }, stdio: 'ignore' })
    this.#children.push(child)
    return child
  }

  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    this.#servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async answers(url: string): Promise<void> {
    await waitUntil(
      async () => {
        const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(2_000) })
        return ok ? done(undefined) : notYet(`${status}`)
      },
      { what: `an answer of ${url}`, timeoutMs: START_MS, intervalMs: 50 },
    )
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }),
    )
    for (const server of this.#servers) {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
