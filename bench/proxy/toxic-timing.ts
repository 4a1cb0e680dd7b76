import { once } from 'node:events'
import { connect } from 'node:net'
import { sleep } from '../../src/base/wait.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'
import { startEcho } from '../measuring/echo.ts'
import { print } from '../measuring/print.ts'

const TIMES = 20
/** How long each toxic must delay `bytes` on their way to an echo, as a list of timers that follow each other. */
const TOXICS = [
  { type: 'latency', attributes: { latency: 10 }, bytes: 100, timersMs: [10] },
  { type: 'latency', attributes: { latency: 100 }, bytes: 100, timersMs: [100] },
  { type: 'bandwidth', attributes: { rate: 1_000 }, bytes: 100_000, timersMs: [100] },
  // Small enough to be read at once: each reading ends in a piece of its own.
  { type: 'slicer', attributes: { average_size: 100, delay: 10_000 }, bytes: 2_100, timersMs: Array(20).fill(10) },
  { type: 'stall', attributes: { probability: 1, duration: 200 }, bytes: 100, timersMs: [200] },
] as const

export interface Timing {
  toxic: string
  /** Round trip with the toxic. */
  tookMs: Distribution
  /** Round trip without it, and after it plain timers of the same time: what any Node program on this machine needs. */
  bareMs: Distribution
}

/** How exactly toxics keep their times, from sending to the echo, beside plain timers, in turn. */
export async function measureTimings(api: string): Promise<Timing[]> {
  const echo = await startEcho()
  const proxy = { name: 'timed', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echo.port}` }
  const { listen } = await post<{ listen: string }>(`${api}/proxies`, proxy)
  const socket = connect({ port: Number(listen.split(':').at(-1)), host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  const roundTrip = async (bytes: number) => {
    socket.write(Buffer.alloc(bytes))
    for (let received = 0; received < bytes; ) received += ((await once(socket, 'data')) as [Buffer])[0].length
  }
  const timings: Timing[] = []
  for (const { type, attributes, bytes, timersMs } of TOXICS) {
    const [times, bareTimes]: [number[], number[]] = [[], []]
    for (let n = 0; n < TIMES; n++) {
      await post(`${api}/proxies/timed/toxics`, { name: 'one', type, attributes })
      times.push(await timed(() => roundTrip(bytes)))
      await fetch(`${api}/proxies/timed/toxics/one`, { method: 'DELETE' })
      bareTimes.push(
        await timed(async () => {
          await roundTrip(bytes)
          for (const ms of timersMs) await sleep(ms)
        }),
      )
    }
    const timing = {
      toxic: `${type} ${JSON.stringify(attributes)}`,
      tookMs: distribution(times),
      bareMs: distribution(bareTimes),
    }
    print(`${timing.toxic}: ${timing.tookMs.median} ms, plain timers ${timing.bareMs.median} ms`)
    timings.push(timing)
  }
  socket.destroy()
  await echo.close()
  return timings
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

async function post<T>(url: string, body: object): Promise<T> {
  return (await (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()) as T
}
