import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { programOf } from './tools.ts'

/** A real Alertmanager of a test, whose configuration can be changed. */
export class TestAlertmanager {
  url = ''
  readonly #ports = new PortLedger('127.0.0.1')
  #folder = ''
  #process: ChildProcess | undefined

  async start(config: string): Promise<void> {
    const program = await programOf('alertmanager')
    this.#folder = await mkdtemp(join(tmpdir(), 'fd-alertmanager-'))
    await writeFile(this.#file, config)
    const port = await this.#ports.reserve(19_193)
    await this.#ports.release(port)
    this.url = `http://127.0.0.1:${port}`
    const args = [
      `--config.file=${this.#file}`,
      `--storage.path=${join(this.#folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      ...program.args,
    ]
    const env = { ...process.env, ...program.env }
    this.#process = spawn(program.path, args, { ...defined({ cwd: program.cwd }), env, stdio: 'ignore' })
    await waitUntil(
      async () =>
        (await fetch(`${this.url}/-/ready`).catch(() => undefined))?.ok ? done(undefined) : notYet('no answer'),
      { what: 'Alertmanager', timeoutMs: 60_000, intervalMs: 50 },
    )
  }

  /** Whether it takes the configuration. */
  async reload(config: string): Promise<boolean> {
    await writeFile(this.#file, config)
    return (await fetch(`${this.url}/-/reload`, { method: 'POST' })).ok
  }

  async send(alerts: readonly Record<string, string>[]): Promise<void> {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    const response = await fetch(`${this.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts.map((labels) => ({ labels, endsAt }))),
    })
    if (!response.ok) throw new Error(await response.text())
  }

  async stop(): Promise<void> {
    if (this.#process !== undefined) {
      const ended = once(this.#process, 'exit')
      this.#process.kill('SIGKILL')
      await ended
    }
    await this.#ports.close()
    if (this.#folder !== '') await rm(this.#folder, { recursive: true })
  }

  get #file(): string {
    return join(this.#folder, 'alertmanager.yml')
  }
}
