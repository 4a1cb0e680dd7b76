import { visibleLine } from '../../base/text/visible.ts'
import type { LoadState } from '../../load/result/result.ts'
import type { WorkerFigures } from '../../load/result/worker-tally.ts'
import { amount, amountMs, amountPercent, amountPerSecond } from '../text/amounts.ts'

/** What each worker of a load has done, as aligned lines: a head, and one for each; empty where this process carries the load. */
export function workerLines(state: Pick<LoadState, 'workers' | 'elapsedMs'>): { text: string; isGood: boolean }[] {
  const rows = workerRows(state)
  const last = HEADER.length - 1
  const widths = HEADER.map((_, column) => Math.max(0, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const pad = (cell: string, column: number) => {
    const width = widths[column] ?? 0
    return column === 0 || column === last ? cell.padEnd(width) : cell.padStart(width)
  }
  return rows.map((cells, index) => {
    const worker = state.workers?.[index - 1]
    return { text: cells.map(pad).join('  ').trimEnd(), isGood: worker === undefined || isGood(worker) }
  })
}

/** The same as cells. */
export function workerRows({ workers = [], elapsedMs }: Pick<LoadState, 'workers' | 'elapsedMs'>): string[][] {
  return workers.length === 0 ? [] : [HEADER, ...workers.map((worker) => rowOf(worker, elapsedMs))]
}

/** Whether what a worker measured counts. */
export function isGood({ lost, saturation }: WorkerFigures): boolean {
  return lost === null && !saturation.saturated
}

const HEADER = ['worker', 'threads', 'users', 'requests', 'failed', 'rate', 'p50', 'p99', 'late', 'busy', 'clock', '']

function rowOf(worker: WorkerFigures, elapsedMs: number): string[] {
  const { name, threads, users, requests, failures, latencyMs, busyRatio, saturation, lost } = worker
  return [
    visibleLine(name),
    amount(threads),
    amount(users),
    amount(requests),
    amount(failures),
    amountPerSecond(requests / Math.max(1, elapsedMs / 1_000)),
    latencyMs === null ? '-' : amountMs(latencyMs.p50),
    latencyMs === null ? '-' : amountMs(latencyMs.p99),
    amountMs(saturation.latenessP99Ms),
    amountPercent(busyRatio),
    clockText(worker),
    lost === null ? (saturation.saturated ? 'saturated' : '') : 'lost',
  ]
}

/** "+3.2 ± 0.1 ms": what the clock of the worker shows more than ours. */
function clockText({ clock }: WorkerFigures): string {
  if (clock === null) return 'unknown'
  const { offsetMs, errorMs } = clock
  return `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs).toFixed(1)} ± ${errorMs.toFixed(1)} ms`
}
