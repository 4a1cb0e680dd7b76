import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sleep } from '../../src/base/wait.ts'
import { openControls } from '../../src/foreign/control/controls.ts'
import { parseSystem } from '../../src/foreign/file/system-file.ts'
import { ForeignRuntime } from '../../src/foreign/foreign-runtime.ts'
import { ApiClient } from '../../src/kubernetes/api-client.ts'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { type Costs, type Growth, measureGrowth } from './growth.ts'
import { keptMegabytes } from './own-cost.ts'

/** What it costs to watch a system on Kubernetes, as a run and its guardian do, by the number of its workloads of three pods. */
export async function workloadGrowth(sizes: readonly number[]): Promise<Growth[]> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-bench-workloads-'))
  try {
    return await measureGrowth({ least: 1, sizes }, (size) => watchCosts(folder, size))
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Before it is idle: what has just started is compiled and collected. */
const SETTLE_MS = 3_000
/** Each workload is looked at every second. */
const WATCH_MS = 5_000

async function watchCosts(folder: string, size: number): Promise<Costs> {
  const socketPath = join(await mkdtemp(join(folder, 'api-')), 'socket')
  const server = fork(fileURLToPath(new URL('./workload-server.js', import.meta.url)), [socketPath, String(size)])
  await once(server, 'message')
  const sockets: Socket[] = []
  const cluster = clusterAt(socketPath, sockets)
  const runtime = new ForeignRuntime(systemOf(size), openControls({}).controlOf, () => cluster)
  try {
    await runtime.up()
    await sleep(SETTLE_MS)
    const bytes = () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
    const [from, bytesFrom] = [process.cpuUsage(), bytes()]
    await sleep(WATCH_MS)
    const { user, system } = process.cpuUsage(from)
    return {
      'watching, CPU': { unit: 'ms/s', cost: (user + system) / WATCH_MS },
      'watching, read of the API server': { unit: 'KB/s', cost: (bytes() - bytesFrom) / WATCH_MS },
      'memory kept': { unit: 'MB', cost: keptMegabytes() },
    }
  } finally {
    await runtime.down()
    await cluster.close()
    const ended = once(server, 'exit')
    server.disconnect()
    await ended
  }
}

function systemOf(size: number) {
  const services = Array.from({ length: size }, (_, index) => [
    `service-${index}`,
    { kubernetes: { context: 'bench', namespace: `shop-${index}`, workload: 'deployment/web' } },
  ])
  const monitoring = { prometheus: 'http://127.0.0.1:1', alertmanager: 'http://127.0.0.1:1' }
  const system = { name: 'bench', environment: 'lab', ...monitoring, services: Object.fromEntries(services) }
  return parseSystem(JSON.stringify(system), 'firedrill.yaml')
}

/** The client of clusters over plain HTTP at a socket: who signs in, and how, is not what is measured. */
function clusterAt(socketPath: string, sockets: Socket[]): Cluster {
  const door: Cluster['door'] = {
    connect: async () => {
      const socket = connect(socketPath)
      await once(socket, 'connect')
      sockets.push(socket)
      return socket
    },
    headers: async () => ({ host: 'localhost' }),
  }
  const client = new ApiClient(door, 'a server of the benchmark')
  return {
    description: 'a server of the benchmark',
    door,
    request: (request) => client.request(request),
    exec: () => Promise.reject(new Error('no program runs here')),
    close: async () => client.close(),
  }
}
