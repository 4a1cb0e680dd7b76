/**
 * The fault proxy beside HAProxy (TCP mode, one thread), each alone on one core with client and server on the other: small
 * requests over many connections, the round trip of one, a large stream, 2,000 connections at once; then how exactly toxics
 * keep their times. Ways are taken in turn, so that what else the machine does meets all of them.
 *
 *   npm run bench:proxy -- [--rounds 5] [--seconds 3]
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { done, sleep, waitUntil } from '../src/base/wait.ts'
import { serveCommand } from '../src/cli/version.ts'
import { PortLedger } from '../src/runtimes/native/process/ports.ts'
import { cpuSeconds } from './pinned.ts'
import { distribution, saveResults, say } from './results.ts'

const PROXY_CORE = 1
const OTHERS_CORE = 0
const LIMITS = { ofHaproxy: 0.8, addedRoundTrip: 1.5, timingPercent: 5, timingMs: 2, lateShare: 0.1 }
/** What must be there, and the Debian package that has it. */
const NEEDED: Record<string, string> = {
  wrk: 'wrk',
  haproxy: 'haproxy',
  nginx: 'nginx-light',
  iperf3: 'iperf3',
  taskset: 'util-linux',
}

const KEYS = [
  'requestsPerSecond',
  'roundTripMicroseconds',
  'gigabitsPerSecond',
  'requestCpuMicroseconds',
  'gigabyteCpuMilliseconds',
] as const

interface Way {
  name: string
  /** Of requests, of the stream. */
  http: number
  stream: number
  /** Of the proxy, when there is one. */
  process?: ChildProcess
}

interface Round {
  requestsPerSecond: number
  roundTripMicroseconds: number
  gigabitsPerSecond: number
  /** CPU time of the proxy: what others take of its core does not count. */
  requestCpuMicroseconds: number
  gigabyteCpuMilliseconds: number
}

const started: ChildProcess[] = []

function start(core: number, command: string, args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  // taskset becomes the program: the pid is the program's.
  const child = spawn('taskset', ['-c', String(core), command, ...args], { env, stdio: 'ignore' })
  started.push(child)
  return child
}

async function wrk(port: number, connections: number, seconds: number) {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    '--timeout',
    '10s',
    `http://127.0.0.1:${port}/`,
  ]
  const { stdout } = await execa('taskset', ['-c', String(OTHERS_CORE), 'wrk', ...args])
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN)
  const [, p50 = '', unit = ''] = /50%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? []
  return {
    requestsPerSecond: Math.round(number(/Requests\/sec:\s+([\d.]+)/)),
    p50Microseconds: Number(p50) * ({ us: 1, ms: 1_000, s: 1_000_000 }[unit] ?? Number.NaN),
    failed: [...stdout.matchAll(/(?:connect|read|write|timeout) (\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0),
  }
}

async function measure(way: Way, seconds: number): Promise<Round> {
  const cpu = () => (way.process?.pid === undefined ? 0 : cpuSeconds(way.process.pid))
  const beforeSeconds = cpu()
  const { requestsPerSecond } = await wrk(way.http, 50, seconds)
  const requestCpuMicroseconds = Math.round(((cpu() - beforeSeconds) / (requestsPerSecond * seconds)) * 1e7) / 10
  const { p50Microseconds } = await wrk(way.http, 1, seconds)
  const stream = [
    '-c',
    String(OTHERS_CORE),
    'iperf3',
    '-c',
    '127.0.0.1',
    '-p',
    String(way.stream),
    '-t',
    String(seconds),
    '-J',
  ]
  const streamFromSeconds = cpu()
  const { stdout } = await execa('taskset', stream)
  const streamSeconds = cpu() - streamFromSeconds
  const { end } = JSON.parse(stdout) as { end: { sum_received: { bits_per_second: number } } }
  const gigabitsPerSecond = Math.round(end.sum_received.bits_per_second / 1e8) / 10
  const gigabyteCpuMilliseconds = Math.round((streamSeconds * 1_000) / ((gigabitsPerSecond * seconds) / 8))
  const round: Round = {
    requestsPerSecond,
    roundTripMicroseconds: p50Microseconds,
    gigabitsPerSecond,
    requestCpuMicroseconds,
    gigabyteCpuMilliseconds,
  }
  say(
    `${way.name.padEnd(8)} ${requestsPerSecond}/s  round trip ${p50Microseconds} us  ${gigabitsPerSecond} Gbit/s  CPU ${requestCpuMicroseconds} us a request, ${gigabyteCpuMilliseconds} ms a GB`,
  )
  return round
}

/** How far off toxics are, in milliseconds: from sending to the echo. */
async function measureTimings(api: string, http: Record<string, string>): Promise<Record<string, unknown>> {
  const echo = createServer((socket) => socket.setNoDelay(true).pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const upstream = `127.0.0.1:${(echo.address() as { port: number }).port}`
  const call = async (method: string, path: string, body: object) =>
    (await fetch(`${api}${path}`, { method, headers: http, body: JSON.stringify(body) })).json() as Promise<{
      listen: string
    }>
  const { listen } = await call('POST', '/proxies', { name: 'timed', listen: '127.0.0.1:0', upstream })
  const socket = connect({ port: Number(listen.split(':').at(-1)), host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const roundTrip = async (bytes: number) => {
    const startedMs = performance.now()
    socket.write(Buffer.alloc(bytes))
    for (let got = 0; got < bytes; ) got += ((await once(socket, 'data')) as [Buffer])[0].length
    return performance.now() - startedMs
  }
  const results: Record<string, unknown> = {}
  for (const [type, attributes, bytes, askedMs] of [
    ['noop', {}, 100, 0],
    ['latency', { latency: 10 }, 100, 10],
    ['latency', { latency: 100 }, 100, 100],
    ['bandwidth', { rate: 1_000 }, 100_000, 100],
    // Small enough to be read at once: each reading ends in a piece of its own.
    ['slicer', { average_size: 100, delay: 10_000 }, 2_100, 200],
    ['stall', { probability: 1, duration: 200 }, 100, 200],
  ] as const) {
    await call('POST', '/proxies/timed/toxics', { name: 'one', type, attributes })
    const off: number[] = []
    for (let n = 0; n < 20; n++) off.push((await roundTrip(bytes)) - askedMs)
    await fetch(`${api}/proxies/timed/toxics/one`, { method: 'DELETE', headers: http })
    const { median, p95 } = distribution(off)
    const isKept = Math.abs(median) <= Math.max(LIMITS.timingMs, (askedMs * LIMITS.timingPercent) / 100)
    results[`${type} ${JSON.stringify(attributes)}`] = { askedMs, offByMs: { median, p95 }, isKept }
    say(`${type.padEnd(9)} ${askedMs} ms  off by ${median} ms (p95 ${p95})  ${isKept ? 'kept' : 'NOT KEPT'}`)
  }
  socket.destroy()
  echo.close()
  return results
}

/** Share of a rate that passes while the process is stopped for 50 of every 250 ms, as on a machine that has no time for it. */
async function measureLate(api: string, pid: number): Promise<Record<string, number>> {
  const sink = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const upstream = `127.0.0.1:${(sink.address() as { port: number }).port}`
  const post = async (path: string, body: object) =>
    (await fetch(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<{ listen: string }>
  const results: Record<string, number> = {}
  for (const rate of [1_000, 5_000, 10_000]) {
    const name = `late-${rate}`
    const { listen } = await post('/proxies', { name, listen: '127.0.0.1:0', upstream })
    await post(`/proxies/${name}/toxics`, { name: 'one', type: 'bandwidth', stream: 'upstream', attributes: { rate } })
    const socket = connect({ port: Number(listen.split(':').at(-1)), host: '127.0.0.1' })
    await once(socket, 'connect')
    const stopping = setInterval(() => {
      process.kill(pid, 'SIGSTOP')
      setTimeout(() => process.kill(pid, 'SIGCONT'), 50)
    }, 250)
    const more = () => {
      while (socket.write(Buffer.alloc(64 * 1_024)));
    }
    socket.on('drain', more)
    more()
    const passed = async () => {
      const response = await fetch(`${api}/firedrill/proxies/${name}`)
      return ((await response.json()) as { upstream: { sentBytes: number } }).upstream.sentBytes
    }
    await sleep(500)
    const [before, sinceMs] = [await passed(), performance.now()]
    await sleep(3_000)
    const bytesPerMs = ((await passed()) - before) / (performance.now() - sinceMs)
    clearInterval(stopping)
    await sleep(60)
    socket.destroy()
    results[name] = Math.round((bytesPerMs / rate) * 1_000) / 1_000
    say(`bandwidth ${rate} kB/s, stopped 50 of every 250 ms: ${results[name]} of the rate`)
  }
  sink.close()
  return results
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '3' } },
  })
  const missing = Object.keys(NEEDED).filter((program) => spawnSync('which', [program]).status !== 0)
  if (missing.length > 0) {
    say(
      `needed, but not there:\n  apt-get install --no-install-recommends ${missing.map((one) => NEEDED[one]).join(' ')}`,
    )
    process.exitCode = 2
    return
  }
  spawnSync('taskset', ['-a', '-p', '-c', String(OTHERS_CORE), String(process.pid)], { stdio: 'ignore' })
  const folder = await mkdtemp(join(tmpdir(), 'firedrill-bench-proxy-'))
  const ports = new PortLedger('127.0.0.1')
  const free: number[] = []
  for (let n = 0; n < 7; n++) free.push(await ports.reserve(18_200 + 20 * n))
  await ports.close()
  const [nginx = 0, iperf = 0, haHttp = 0, haStream = 0, ourHttp = 0, ourStream = 0, apiPort = 0] = free
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  try {
    const body = 'x'.repeat(64)
    start(OTHERS_CORE, 'nginx', [
      '-e',
      'stderr',
      '-c',
      await file(
        'nginx.conf',
        `daemon off; pid ${folder}/pid; error_log stderr crit; events { worker_connections 8192; } http { access_log off; keepalive_requests 100000000; server { listen 127.0.0.1:${nginx} backlog=4096; location / { return 200 "${body}"; } } }`,
      ),
    ])
    start(OTHERS_CORE, 'iperf3', ['-s', '-B', '127.0.0.1', '-p', String(iperf)])
    const pass = (name: string, from: number, to: number) =>
      `listen ${name}\n  bind 127.0.0.1:${from}\n  server s 127.0.0.1:${to}\n`
    const haproxy = start(PROXY_CORE, 'haproxy', [
      '-f',
      await file(
        'haproxy.cfg',
        `global\n  nbthread 1\n  maxconn 5000\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n${pass('http', haHttp, nginx)}${pass('stream', haStream, iperf)}`,
      ),
    ])
    const plans = [
      ['http', ourHttp, nginx],
      ['stream', ourStream, iperf],
    ].map(([name, from, to]) => ({ name, listen: `127.0.0.1:${from}`, upstream: `127.0.0.1:${to}` }))
    const [node, ...service] = serveCommand()
    const ours = start(PROXY_CORE, node, [...service, 'proxy'], {
      ...process.env,
      PORT: String(apiPort),
      LOG_LEVEL: 'warn',
      PROXY_CONFIG: await file('proxies.json', JSON.stringify(plans)),
    })
    const ways: Way[] = [
      { name: 'direct', http: nginx, stream: iperf },
      { name: 'haproxy', http: haHttp, stream: haStream, process: haproxy },
      { name: 'ours', http: ourHttp, stream: ourStream, process: ours },
    ]
    for (const { name, http } of ways)
      await waitUntil(async () => done(await (await fetch(`http://127.0.0.1:${http}/`)).text()), {
        what: name,
        timeoutMs: 20_000,
        intervalMs: 50,
      })
    const rounds = new Map<string, Round[]>(ways.map(({ name }) => [name, []]))
    for (let n = 0; n < Number(values.rounds); n++)
      for (const way of ways) rounds.get(way.name)?.push(await measure(way, Number(values.seconds)))
    const median = (name: string, key: keyof Round) =>
      distribution((rounds.get(name) ?? []).map((one) => one[key])).median
    const ratio = (key: keyof Round) => Math.round((median('ours', key) / median('haproxy', key)) * 100) / 100
    const added = (name: string) => median(name, 'roundTripMicroseconds') - median('direct', 'roundTripMicroseconds')
    const ofHaproxy = {
      requests: ratio('requestsPerSecond'),
      stream: ratio('gigabitsPerSecond'),
      requestCpu: ratio('requestCpuMicroseconds'),
      streamCpu: ratio('gigabyteCpuMilliseconds'),
      addedRoundTrip: Math.round((added('ours') / added('haproxy')) * 100) / 100,
    }
    const crowd = await wrk(ourHttp, 2_000, Number(values.seconds))
    say(`2,000 connections: ${crowd.requestsPerSecond}/s, failed ${crowd.failed}`)
    const timings = await measureTimings(`http://127.0.0.1:${apiPort}`, {})
    const late = await measureLate(`http://127.0.0.1:${apiPort}`, ours.pid ?? 0)
    const isMet =
      ofHaproxy.requests >= LIMITS.ofHaproxy &&
      ofHaproxy.stream >= LIMITS.ofHaproxy &&
      ofHaproxy.addedRoundTrip <= LIMITS.addedRoundTrip &&
      Object.values(late).every((share) => Math.abs(share - 1) <= LIMITS.lateShare)
    say(
      `of HAProxy: requests ${ofHaproxy.requests}, stream ${ofHaproxy.stream}, added round trip ${ofHaproxy.addedRoundTrip}; CPU a request ${ofHaproxy.requestCpu}, a byte ${ofHaproxy.streamCpu}: ${isMet ? 'within limits' : 'NOT WITHIN LIMITS'}`,
    )
    const figures = Object.fromEntries(
      ways.map(({ name }) => [
        name,
        Object.fromEntries(KEYS.map((key) => [key, distribution((rounds.get(name) ?? []).map((one) => one[key]))])),
      ]),
    )
    await saveResults('proxy', {
      limits: LIMITS,
      ofHaproxy,
      crowd: { connections: 2_000, ...crowd },
      timings,
      late,
      ...figures,
    })
    process.exitCode = isMet ? 0 : 1
  } finally {
    for (const child of started) child.kill('SIGTERM')
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
