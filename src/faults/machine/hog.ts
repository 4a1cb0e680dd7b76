import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface Hog {
  /** The first thing that the thread told. */
  told: unknown
  /** Ends the thread; the memory and the file descriptors that it held are given back with it. */
  end(): Promise<void>
}

/**
 * Runs a program in a thread of this process, so that what it takes is seen in the metrics of this process and counts
 * against its limits. Resolves when the program has told something: `tell(value)`. It is given `data`.
 */
export async function startHog(program: string, data: object, signal: AbortSignal): Promise<Hog> {
  const source = `
    const { parentPort, workerData: data } = require('node:worker_threads')
    const tell = (value) => parentPort.postMessage(value)
    ${program}`
  const worker = new Worker(source, { eval: true, workerData: data, env: {}, execArgv: [] })
  worker.unref()
  // One that fails in the middle has told so already, or is found to be gone.
  worker.on('error', () => undefined)
  const end = async () => void (await worker.terminate())
  try {
    const [told] = await once(worker, 'message', { signal })
    return { told, end }
  } catch (error) {
    await end()
    throw error
  }
}
