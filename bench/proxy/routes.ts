import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { done, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { serveCommand } from '../../src/services/serve-command.ts'

const PROXY_CORE = 1
export const OTHERS_CORE = 0

/** Starts nginx and iperf3 as servers, and HAProxy and the fault proxy before them. */
export async function startRoutes(folder: string): Promise<Routes> {
  const children: ChildProcess[] = []
  const stop = () => {
    for (const child of children) child.kill('SIGTERM')
  }
  const start = (core: number, [command, ...args]: readonly [string, ...string[]], env = process.env) => {
    // taskset becomes the program: the pid is the program's.
    const child = spawn('taskset', ['-c', String(core), command, ...args], { env, stdio: 'ignore' })
    children.push(child)
    return child
  }
  const [nginx = 0, iperf = 0, haHttp = 0, haStream = 0, ourHttp = 0, ourStream = 0, api = 0] = await freePorts(7)
  const file = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  start(OTHERS_CORE, ['nginx', '-e', 'stderr', '-c', await file('nginx.conf', nginxConfig(folder, nginx))])
  start(OTHERS_CORE, ['iperf3', '-s', '-B', '127.0.0.1', '-p', String(iperf)])
  const pairs = { http: [haHttp, nginx], stream: [haStream, iperf] } as const
  const haproxy = start(PROXY_CORE, ['haproxy', '-f', await file('haproxy.cfg', haproxyConfig(pairs))])
  const plans = [
    { name: 'http', listen: `127.0.0.1:${ourHttp}`, upstream: `127.0.0.1:${nginx}` },
    { name: 'stream', listen: `127.0.0.1:${ourStream}`, upstream: `127.0.0.1:${iperf}` },
  ]
  const ours = start(PROXY_CORE, [...serveCommand(), 'proxy'], {
    ...process.env,
    PORT: String(api),
    LOG_LEVEL: 'warn',
    PROXY_CONFIG: await file('proxies.json', JSON.stringify(plans)),
  })
  const routes: Route[] = [
    { name: 'direct', http: nginx, stream: iperf },
    { name: 'haproxy', http: haHttp, stream: haStream, process: haproxy },
    { name: 'ours', http: ourHttp, stream: ourStream, process: ours },
  ]
  await untilAnswered(routes).catch((error: unknown) => {
    stop()
    throw error
  })
  return { routes, api: `http://127.0.0.1:${api}`, ourPort: ourHttp, ourPid: ours.pid ?? 0, stop }
}

async function untilAnswered(routes: readonly Route[]): Promise<void> {
  for (const { name, http } of routes) {
    await waitUntil(async () => done(await (await fetch(`http://127.0.0.1:${http}/`)).text()), {
      what: name,
      timeoutMs: 20_000,
      intervalMs: 50,
    })
  }
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new PortLedger('127.0.0.1')
  const free: number[] = []
  for (let n = 0; n < count; n++) free.push(await ports.reserve(18_200 + 20 * n))
  await ports.close()
  return free
}

function nginxConfig(folder: string, port: number): string {
  return `daemon off; pid ${folder}/pid; error_log stderr crit; events { worker_connections 8192; }
http { access_log off; keepalive_requests 100000000;
server { listen 127.0.0.1:${port} backlog=4096; location / { return 200 "${'x'.repeat(64)}"; } } }
`
}

function haproxyConfig(pairs: Readonly<Record<string, readonly [number, number]>>): string {
  const listens = Object.entries(pairs).map(
    ([name, [from, to]]) => `listen ${name}\n  bind 127.0.0.1:${from}\n  server s 127.0.0.1:${to}\n`,
  )
  return `global
  nbthread 1
  maxconn 5000
defaults
  mode tcp
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${listens.join('')}`
}

export interface Routes {
  routes: readonly Route[]
  /** URL of the fault proxy's API. */
  api: string
  /** Where the fault proxy takes requests. */
  ourPort: number
  ourPid: number
  stop(): void
}

/** From the client to the servers: directly, or through a proxy. */
export interface Route {
  name: string
  /** Port for requests, and for the stream. */
  http: number
  stream: number
  /** The proxy, if there is one. */
  process?: ChildProcess
}
