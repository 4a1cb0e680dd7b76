import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'

/** A service on a core of its own. */
export interface Pinned {
  name: string
  url: string
  /** From its start to GET /ready answering 200, looked at every 5 ms. */
  readyMs: number
  /** Resident memory of it and all its children. */
  residentMegabytes(): number
  /** CPU time it and its children have used: what others take of its core does not count. */
  cpuSeconds(): number
  stop(): Promise<void>
}

export interface PinnedOptions {
  name: string
  core: number
  command: (port: number) => [string, ...string[]]
  env: Record<string, string>
  cwd?: string
}

export async function startPinned({ name, core, command, env, cwd }: PinnedOptions): Promise<Pinned> {
  const ports = new PortLedger('127.0.0.1')
  const port = await ports.reserve(18_100)
  await ports.close()
  const startedMs = performance.now()
  const child = spawn('taskset', ['-c', String(core), ...command(port)], {
    env: { ...env, PORT: String(port), LOG_LEVEL: 'warn' },
    ...defined({ cwd }),
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (data: Buffer) => {
    said = `${said}${data}`.slice(-2_000)
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(
    async () => {
      const { ok, status } = await fetch(`${url}/ready`)
      return ok ? done(undefined) : notYet(String(status))
    },
    { what: `${name} to be ready`, timeoutMs: 20_000, intervalMs: 5 },
  ).catch(async (error: unknown) => {
    await stop(child)
    throw new Error(`${name} did not start: ${said}`, { cause: error })
  })
  const readyMs = Math.round(performance.now() - startedMs)
  return {
    name,
    url,
    readyMs,
    residentMegabytes: () => Math.round((residentBytes(child.pid ?? 0) / 1e6) * 10) / 10,
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/**
 * CPU time of a process and its children, in seconds, as the scheduler counts it over all threads: /proc/PID/stat counts in
 * hundredths of a second.
 */
export function cpuSeconds(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const own = tasks.reduce((sum, task) => sum + threadSeconds(`/proc/${pid}/task/${task}/schedstat`), 0)
  return childrenOf(pid).reduce((sum, child) => sum + cpuSeconds(child), own)
}

function threadSeconds(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ')[0]) / 1e9
  } catch {
    // Ended meanwhile.
    return 0
  }
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
  return childrenOf(pid).reduce((sum, child) => sum + residentBytes(child), Number(kilobytes) * 1_024)
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').filter(Boolean).map(Number)
}
