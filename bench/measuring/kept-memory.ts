import { WebSocket } from 'undici'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'

/** Where Node listens once SIGUSR1 has asked for its inspector: always there, so that one process at a time can be asked. */
const INSPECTOR = 'http://127.0.0.1:9229/json/list'

export interface KeptMemory {
  /** The heap in use, in megabytes. */
  heap: number
  /** Resident, in megabytes. */
  resident: number
}

/** What a Node process holds on to: its memory right after all that nobody needs was collected, through its inspector. */
export async function keptMemory(pid: number): Promise<KeptMemory> {
  if (await inspectorUrl()) throw new Error(`another process is inspected at ${INSPECTOR}: end it first`)
  process.kill(pid, 'SIGUSR1')
  const inspector = await connect(await listening())
  try {
    if ((await inspector.evaluate('process.pid')) !== pid) throw new Error(`${INSPECTOR} is not process ${pid}`)
    // The second one gives back the pages that the first one emptied.
    for (let n = 0; n < 2; n++) await inspector.call('HeapProfiler.collectGarbage')
    const usage = JSON.parse(String(await inspector.evaluate('JSON.stringify(process.memoryUsage())')))
    return { heap: usage.heapUsed / 1e6, resident: usage.rss / 1e6 }
  } finally {
    // Closing waits for open connections: ours must be closed by then.
    await inspector.evaluate("void setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100)")
    inspector.close()
    await sleep(500)
  }
}

async function inspectorUrl(): Promise<string | undefined> {
  const response = await fetch(INSPECTOR).catch(() => undefined)
  const targets = (await response?.json()) as { webSocketDebuggerUrl: string }[] | undefined
  return targets?.[0]?.webSocketDebuggerUrl
}

function listening(): Promise<string> {
  return waitUntil(
    async () => {
      const url = await inspectorUrl()
      return url === undefined ? notYet('nobody listens') : done(url)
    },
    { what: `an inspector at ${INSPECTOR}`, timeoutMs: 5_000, intervalMs: 100 },
  )
}

interface Inspector {
  call(method: string, params?: object): Promise<Record<string, unknown>>
  evaluate(expression: string): Promise<unknown>
  close(): void
}

async function connect(url: string): Promise<Inspector> {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  const waiting = new Map<number, (result: Record<string, unknown>) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: Record<string, unknown> }
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  let id = 0
  const call = (method: string, params: object = {}) =>
    new Promise<Record<string, unknown>>((resolve) => {
      waiting.set(++id, resolve)
      socket.send(JSON.stringify({ id, method, params }))
    })
  return {
    call,
    evaluate: async (expression) => {
      const { result } = await call('Runtime.evaluate', { expression, returnByValue: true })
      return (result as { value?: unknown } | undefined)?.value
    },
    close: () => socket.close(),
  }
}
