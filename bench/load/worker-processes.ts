import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import type { LoadResult } from '../../src/load/result/result.ts'

const CLI = join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')
const CORE = '0'
/** Short, so that a worker is held back often and a little; a share of it is at least a millisecond. */
const PERIOD_US = 50_000
const V1 = '/sys/fs/cgroup/cpu'
const V2 = '/sys/fs/cgroup'

/** Workers of `firedrill load`, each a process on the generators' core, perhaps with a share of it. */
export class WorkerProcesses {
  readonly #env: NodeJS.ProcessEnv
  readonly #state: string
  readonly #workers: { child: ChildProcess; place: string; cgroup: string | undefined }[] = []

  constructor(folder: string) {
    this.#state = join(folder, 'state')
    this.#env = { ...process.env, FIREDRILL_WORKER_TOKEN: randomBytes(24).toString('hex') }
  }

  /** `quota`: of the time of a core, 0-1; without it, all there is. */
  async start(count: number, quota?: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const args = [
        '-c',
        CORE,
        process.execPath,
        CLI,
        'load',
        'worker',
        '--listen',
        '127.0.0.1:0',
        '--json',
        '--state',
        this.#state,
      ]
      const child = spawn('taskset', args, { env: this.#env, stdio: ['ignore', 'pipe', 'ignore'] })
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
      const { listen } = JSON.parse(line) as { listen: string }
      // It has started with all there was: starting is not what is measured.
      const cgroup = quota === undefined ? undefined : limit(child.pid ?? 0, quota)
      this.#workers.push({ child, place: listen, cgroup })
    }
  }

  /** Puts a load on the first of them. What the generator thinks of its own saturation is not the question here. */
  async load(url: string, { workers, args }: { workers: number; args: readonly string[] }): Promise<LoadResult> {
    const places = this.#workers.slice(0, workers).map(({ place }) => place)
    const command = [CLI, 'load', url, ...args, '--workers', places.join(','), '--json', '--state', this.#state]
    const { stdout, stderr } = await execa(process.execPath, command, { env: this.#env, reject: false })
    try {
      return JSON.parse(stdout) as LoadResult
    } catch {
      throw new Error(`firedrill load printed no result: ${stderr}`)
    }
  }

  /** Largest resident memory of the first of them. */
  peakMegabytes(workers: number): number[] {
    return this.#workers.slice(0, workers).map(({ child }) => {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1_000)
    })
  }

  async stop(): Promise<void> {
    for (const { child, cgroup } of this.#workers.splice(0)) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      if (cgroup !== undefined) rmdirSync(cgroup)
    }
  }
}

/** Whether a process can be given a share of a core here. */
export function canLimit(): boolean {
  try {
    accessSync(existsSync(V1) ? V1 : join(V2, 'cgroup.procs'), constants.W_OK)
    return process.getuid?.() === 0
  } catch {
    return false
  }
}

/** Puts a process into a cgroup of its own with that share of a core. Returns its folder. */
function limit(pid: number, quota: number): string {
  const name = `firedrill-bench-${pid}`
  const us = String(Math.round(quota * PERIOD_US))
  const folder = join(existsSync(V1) ? V1 : V2, name)
  mkdirSync(folder)
  if (existsSync(V1)) {
    writeFileSync(join(folder, 'cpu.cfs_period_us'), String(PERIOD_US))
    writeFileSync(join(folder, 'cpu.cfs_quota_us'), us)
  } else writeFileSync(join(folder, 'cpu.max'), `${us} ${PERIOD_US}`)
  writeFileSync(join(folder, 'cgroup.procs'), String(pid))
  return folder
}
