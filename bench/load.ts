/**
 * The load generator against its peers: one core each, all against the same nginx on another core, in one run. Then what it
 * costs (10,000 idle users, 1,000 users at 2,000 requests/s) and whether its p99 is the server's own. What is not installed
 * is left out and named: wrk, hey, locust and nginx are Debian packages; autocannon comes from npm, by name and major version.
 *
 *   npm run bench:load -- [--seconds 10] [--only firedrill,wrk] [--users 64]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { done, notYet, waitUntil } from '../src/base/wait.ts'
import type { LoadResult } from '../src/load/result/result.ts'
import { PortLedger } from '../src/runtimes/native/process/ports.ts'
import { cpuSeconds } from './pinned.ts'
import { saveResults, say } from './results.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string' },
    users: { type: 'string', default: '64' },
  },
})
const seconds = Number(values.seconds)
const users = values.users
const [GENERATOR_CORE, SERVER_CORE] = ['0', '1']
const folder = await mkdtemp(join(tmpdir(), 'fd-bench-load-'))
const cli = join(packageFolder(), 'dist', 'src', 'cli', 'run-main.js')
const journey = (name: string) => join(packageFolder(), 'dist', 'bench', 'journeys', `${name}.js`)
/** CPU seconds of the process that was last run on the generator's core: what others take of the core does not count. */
let lastCpuSeconds = 0
const pinned = (command: string, args: readonly string[], env: Record<string, string> = {}) => {
  const running = execa('taskset', ['-c', GENERATOR_CORE, command, ...args], { env, reject: false, all: true })
  lastCpuSeconds = 0
  const timer = setInterval(() => {
    try {
      lastCpuSeconds = Math.max(lastCpuSeconds, cpuSeconds(running.pid ?? 0))
    } catch {
      // It has just ended.
    }
  }, 50)
  void running.finally(() => clearInterval(timer))
  return running
}

interface Run {
  result: LoadResult
  /** Largest resident memory, megabytes. */
  peakMegabytes: number
  cpuSeconds: number
}

/** Runs `firedrill load` on the generator's core, and watches what it costs. */
async function firedrill(url: string, args: readonly string[]): Promise<Run> {
  const running = pinned(process.execPath, [cli, 'load', url, ...args, '--json', '--state', join(folder, 'state')])
  let peakMegabytes = 0
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8')
      peakMegabytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_000
    } catch {
      // It has just ended.
    }
  }, 100)
  const { stdout, stderr } = await running
  clearInterval(timer)
  try {
    return { result: JSON.parse(stdout) as LoadResult, peakMegabytes, cpuSeconds: lastCpuSeconds }
  } catch {
    throw new Error(`firedrill load printed no result: ${stderr}`)
  }
}

const perSecond = ({ total, history }: LoadResult) =>
  history.length < 3
    ? total.requests
    : // Without the second in which users come, and the last one, which is not whole.
      history.slice(1, -1).reduce((sum, { requests }) => sum + requests, 0) / (history.length - 2)

/** Requests per second of each generator; undefined when it is not to be had here. */
const peers: Record<string, (url: string) => Promise<number | undefined>> = {
  firedrill: async (url) => {
    const args = ['--journey', journey('hello'), '--users', users, '--spawn-rate', '1000', '--duration', `${seconds}s`]
    return perSecond((await firedrill(url, args)).result)
  },
  wrk: async (url) =>
    figure(await pinned('wrk', ['-t1', `-c${users}`, `-d${seconds}s`, `${url}/`]), /Requests\/sec:\s+([\d.]+)/),
  hey: async (url) =>
    figure(
      await pinned('hey', ['-cpus', '1', '-c', users, '-z', `${seconds}s`, `${url}/`]),
      /Requests\/sec:\s+([\d.]+)/,
    ),
  autocannon: async (url) =>
    figure(
      await pinned('autocannon', ['-c', users, '-d', String(seconds), '--json', `${url}/`]),
      /"requests":\{"average":([\d.]+)/,
    ),
  'locust HttpUser': (url) => locust(url, 'http'),
  'locust FastHttpUser': (url) => locust(url, 'fast'),
}

async function locust(url: string, user: string): Promise<number | undefined> {
  const csv = join(folder, `locust-${user}`)
  const script = join(packageFolder(), 'bench', 'peers', 'locust_users.py')
  const args = [
    '-m',
    'locust',
    '-f',
    script,
    '--headless',
    '-u',
    users,
    '-r',
    users,
    '-t',
    `${seconds}s`,
    '-H',
    url,
    '--csv',
    csv,
  ]
  await pinned('/usr/bin/python3', args, { LOCUST_USER: user })
  const text = await readFile(`${csv}_stats.csv`, 'utf8').catch(() => undefined)
  const [header = [], ...rows] = (text ?? '').split('\n').map((line) => line.split(','))
  const rate = rows.find((row) => row[1] === 'Aggregated')?.[header.indexOf('Requests/s')]
  return rate === undefined ? undefined : Number(rate)
}

function figure({ all }: { all?: string | undefined }, pattern: RegExp): number | undefined {
  const text = pattern.exec(all ?? '')?.[1]
  return text === undefined ? undefined : Number(text)
}

async function startServer(
  command: (port: number) => Promise<string[]>,
): Promise<{ url: string; child: ChildProcess }> {
  const ports = new PortLedger('127.0.0.1')
  const port = await ports.reserve(18_300)
  await ports.close()
  const [program = '', ...args] = await command(port)
  const child = spawn('taskset', ['-c', SERVER_CORE, program, ...args], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const url = `http://127.0.0.1:${port}`
  await waitUntil(async () => ((await fetch(`${url}/reset`)).ok ? done(undefined) : notYet('not ok')), {
    what: `${program} to answer`,
    timeoutMs: 10_000,
    intervalMs: 20,
  })
  return { url, child }
}

const nginx = await startServer(async (port) => {
  const path = join(folder, 'nginx.conf')
  await writeFile(
    path,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 12000; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
server { listen 127.0.0.1:${port} backlog=4096; location / { default_type application/json; return 200 '{"ok":true}'; } } }\n`,
  )
  return ['nginx', '-c', path]
})
const delays = await startServer(async () => [process.execPath, join(packageFolder(), 'dist', 'bench', 'delays.js')])

try {
  const wanted = values.only?.split(',')
  const requestsPerSecond: Record<string, number | null> = {}
  const requestsPerCpuSecond: Record<string, number | null> = {}
  for (const [name, measure] of Object.entries(peers)) {
    if (wanted !== undefined && !wanted.includes(name)) continue
    const rate = await measure(nginx.url)
    requestsPerSecond[name] = rate === undefined ? null : Math.round(rate)
    const perCpuSecond = rate === undefined ? null : Math.round((rate * seconds) / lastCpuSeconds)
    requestsPerCpuSecond[name] = perCpuSecond
    say(
      `${name.padEnd(20)} ${rate === undefined ? 'not to be had here' : `${Math.round(rate)} requests/s, ${perCpuSecond} per CPU second`}`,
    )
  }
  const own = requestsPerSecond.firedrill
  const timesAsFast = Object.fromEntries(
    Object.entries(requestsPerSecond).flatMap(([name, rate]) =>
      name === 'firedrill' || rate === null || own === null || own === undefined
        ? []
        : [[name, Math.round((own / rate) * 100) / 100]],
    ),
  )

  const idle = await firedrill(nginx.url, [
    '--journey',
    journey('idle'),
    '--users',
    '10000',
    '--spawn-rate',
    '2000',
    '--duration',
    '12s',
  ])
  const idleFigures = {
    users: Math.max(...idle.result.history.map((second) => second.users)),
    failures: idle.result.total.failures,
    peakMegabytes: Math.round(idle.peakMegabytes),
  }
  say(`idle users           ${JSON.stringify(idleFigures)}`)

  const steady = await firedrill(nginx.url, [
    '--journey',
    journey('steady'),
    '--users',
    '1000',
    '--spawn-rate',
    '1000',
    '--duration',
    `${seconds}s`,
  ])
  const steadyFigures = {
    requestsPerSecond: Math.round(perSecond(steady.result)),
    coreShare: Math.round((steady.cpuSeconds / (steady.result.elapsedMs / 1_000)) * 100) / 100,
    failures: steady.result.total.failures,
  }
  say(`1,000 users          ${JSON.stringify(steadyFigures)}`)

  await fetch(`${delays.url}/reset`)
  const timed = await firedrill(delays.url, [
    '--journey',
    journey('steady'),
    '--rate',
    '300',
    '--duration',
    `${seconds}s`,
  ])
  const known = (await (await fetch(`${delays.url}/delays`)).json()) as number[]
  const rank = (percent: number) => known[Math.max(0, Math.ceil((percent / 100) * known.length) - 1)] ?? Number.NaN
  const latency = timed.result.total.latencyMs
  const p99 = { serverMs: round(rank(99)), measuredMs: round(latency?.p99 ?? Number.NaN), requests: known.length }
  const p50 = { serverMs: round(rank(50)), measuredMs: round(latency?.p50 ?? Number.NaN) }
  say(`known delays         ${JSON.stringify({ p99, p50 })}`)

  await saveResults('load', {
    seconds,
    users: Number(users),
    requestsPerSecond,
    timesAsFast,
    idle: idleFigures,
    steady: steadyFigures,
    knownDelays: { p99, p50 },
  })
} finally {
  for (const { child } of [nginx, delays]) child.kill('SIGTERM')
  await rm(folder, { recursive: true, force: true })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
