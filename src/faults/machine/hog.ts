import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface Hog {
  /** The first value that the thread reported. */
  firstReport: unknown
  /** Ends the thread; the memory and the file descriptors that it held are given back with it. */
  end(): Promise<void>
}

/**
 * Runs a program in a thread of this process, so that what it takes shows in the metrics of this process and counts against
 * its limits. The program has `data` and `report(value)`. Resolves with the first report.
 */
export async function startHog(program: string, data: object, signal: AbortSignal): Promise<Hog> {
  const worker = new Worker(threadSource(program), { eval: true, workerData: data, env: {}, execArgv: [] })
  worker.unref()
  // A thread that fails later has reported already, and the proof shows that it is gone.
  worker.on('error', () => undefined)
  const end = async () => void (await worker.terminate())
  try {
    const [firstReport] = await once(worker, 'message', { signal })
    return { firstReport, end }
  } catch (error) {
    await end()
    throw error
  }
}

/** The source of a thread that runs such a program. */
export function threadSource(program: string): string {
  return `
    const { parentPort, workerData: data } = require('node:worker_threads')
    const report = (value) => parentPort.postMessage(value)
    ${program}`
}
