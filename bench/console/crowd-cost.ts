import { setMaxListeners } from 'node:events'
import { readAccess } from '../../src/api/client/connect-system.ts'
import { endpoints } from '../../src/api/contract/endpoints.ts'
import { sleep } from '../../src/base/wait.ts'
import { cpuSeconds } from '../measuring/pinned.ts'
import { type BenchStack, urlOf } from '../measuring/stack.ts'

/** What open consoles cost control and Prometheus. */
export interface CrowdCost {
  consoles: number
  /** CPU time of control, in milliseconds for each second. */
  controlCpuMsASecond: number
  /** Requests to Prometheus' queries, for each second: from everybody, the rules left out. */
  queriesASecond: number
  /** Answers that the consoles got. */
  answers: number
  failed: number
}

/** Has a number of consoles look at the same dashboard, and measures control and Prometheus meanwhile. */
export async function crowdCost(
  stack: BenchStack,
  { consoles, seconds, data }: { consoles: number; seconds: number; data: () => string },
): Promise<CrowdCost> {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  const counts = { answers: 0, failed: 0 }
  const open = Array.from({ length: consoles }, () =>
    openConsole(stack.view.url, data, { signal: controller.signal, counts }),
  )
  try {
    await sleep(WARM_UP_MS)
    const [cpuBefore, queriesBefore] = [cpuSeconds(stack.view.pid), await queriesOf(stack)]
    const sinceMs = performance.now()
    await sleep(seconds * 1_000)
    const took = (performance.now() - sinceMs) / 1_000
    return {
      consoles,
      controlCpuMsASecond: ((cpuSeconds(stack.view.pid) - cpuBefore) * 1_000) / took,
      queriesASecond: ((await queriesOf(stack)) - queriesBefore) / took,
      ...counts,
    }
  } finally {
    controller.abort()
    await Promise.all(open)
  }
}

const WARM_UP_MS = 5_000

interface Counts {
  answers: number
  failed: number
}

/** What an open page asks: the frame polls the stack and its session and follows the prices, the page refreshes its dashboard. */
async function openConsole(
  url: string,
  data: () => string,
  { signal, counts }: { signal: AbortSignal; counts: Counts },
): Promise<void> {
  const poll = async (path: () => string, everyMs: number) => {
    // Consoles are opened by people: not all at once.
    await sleep(Math.random() * everyMs, signal)
    while (!signal.aborted) {
      const response = await fetch(url + path(), { signal })
      await response.arrayBuffer()
      if (response.ok) counts.answers++
      else counts.failed++
      await sleep(everyMs, signal)
    }
  }
  const follow = async () => {
    const response = await fetch(url + endpoints.quotesStream.path, { signal })
    for await (const _ of response.body ?? []) counts.answers++
  }
  const all = [
    poll(() => endpoints.stack.path, 1_500),
    poll(() => endpoints.session.path, 10_000),
    poll(data, 1_000),
    follow(),
  ]
  await Promise.all(
    all.map((one) =>
      one.catch((error: unknown) => {
        if (!signal.aborted) throw error
      }),
    ),
  )
}

async function queriesOf(stack: BenchStack): Promise<number> {
  const { authorization = '' } = (await readAccess(stack.folder)).prometheus
  const response = await fetch(`${urlOf(stack.view, 'prometheus')}/metrics`, { headers: { authorization } })
  const counters = (await response.text()).matchAll(
    /^prometheus_http_requests_total\{[^}]*handler="\/api\/v1\/query(?:_range)?"[^}]*\} (\d+)/gm,
  )
  return [...counters].reduce((sum, [, count]) => sum + Number(count), 0)
}
