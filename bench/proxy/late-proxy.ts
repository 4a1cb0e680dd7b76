import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { sleep } from '../../src/base/wait.ts'
import { print } from '../measuring/print.ts'

/** Kilobytes a second. */
const RATES = [1_000, 5_000, 10_000]
const SETTLE_MS = 500
const MEASURE_MS = 3_000
const STOPPED = { forMs: 50, everyMs: 250 }

/** Share of a rate that passes while the proxy is stopped for 50 of every 250 ms, as on a machine that has no time for it. */
export async function measureLate(api: string, pid: number): Promise<Record<string, number>> {
  const sink = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const upstream = `127.0.0.1:${(sink.address() as { port: number }).port}`
  const shares: Record<string, number> = {}
  for (const rate of RATES) {
    const name = `${rate} kB/s`
    shares[name] = await measureRate({ api, pid, rate, upstream })
    print(`bandwidth ${name}, stopped ${STOPPED.forMs} of every ${STOPPED.everyMs} ms: ${shares[name]} of the rate`)
  }
  sink.close()
  return shares
}

async function measureRate({ api, pid, rate, upstream }: LateOptions): Promise<number> {
  const post = async (path: string, body: object) =>
    (await fetch(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<{ listen: string }>
  const name = `late-${rate}`
  const { listen } = await post('/proxies', { name, listen: '127.0.0.1:0', upstream })
  await post(`/proxies/${name}/toxics`, { name: 'one', type: 'bandwidth', stream: 'upstream', attributes: { rate } })
  const socket = connect({ port: Number(listen.split(':').at(-1)), host: '127.0.0.1' })
  await once(socket, 'connect')
  const stopping = setInterval(() => {
    process.kill(pid, 'SIGSTOP')
    setTimeout(() => process.kill(pid, 'SIGCONT'), STOPPED.forMs)
  }, STOPPED.everyMs)
  const fill = () => {
    while (socket.write(Buffer.alloc(64 * 1_024)));
  }
  socket.on('drain', fill)
  fill()
  const passed = async () => {
    const response = await fetch(`${api}/firedrill/proxies/${name}`)
    return ((await response.json()) as { upstream: { sentBytes: number } }).upstream.sentBytes
  }
  try {
    await sleep(SETTLE_MS)
    const [before, sinceMs] = [await passed(), performance.now()]
    await sleep(MEASURE_MS)
    const bytesPerMs = ((await passed()) - before) / (performance.now() - sinceMs)
    return Math.round((bytesPerMs / rate) * 1_000) / 1_000
  } finally {
    clearInterval(stopping)
    await sleep(STOPPED.forMs + 10)
    socket.destroy()
  }
}

interface LateOptions {
  api: string
  pid: number
  rate: number
  upstream: string
}
