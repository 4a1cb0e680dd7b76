import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { defined } from '../../base/defined.ts'
import { FiredrillError } from '../../base/errors.ts'
import { loadErrors } from '../errors.ts'
import type { EngineOptions } from '../users/engine.ts'
import type { Shard, ShardEvent } from './shard.ts'

/** Runs a shard in a thread of its own, so that neither terminal nor disk can delay it. */
export function threadShard(options: ThreadOptions, onEvent: (event: ShardEvent) => void): Shard {
  const worker = new Worker(new URL(`./load-thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: options,
    // Ctrl-C is the main thread's to handle; what a journey prints must not break the live table.
    stdout: false,
  })
  let ready: () => void = () => undefined
  const isReady = new Promise<void>((resolve) => {
    ready = resolve
  })
  const done = new Promise<void>((resolve, reject) => {
    let ended = false
    worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'ready') return ready()
      if (message.kind === 'broken') {
        const { code, ...details } = message.error
        return reject(new FiredrillError(code, details))
      }
      if (message.kind === 'ended') ended = true
      onEvent(message)
    })
    worker.on('error', (error) => reject(threadError(error.stack ?? error.message, error)))
    worker.on('exit', (code) => (ended ? resolve() : reject(threadError(`exit code ${code}`))))
  })
  return {
    ready: Promise.race([isReady, done]),
    start: () => worker.postMessage('start'),
    stop: () => worker.postMessage('stop'),
    terminate: () => void worker.terminate(),
    done,
  }
}

function threadError(given: string, cause?: unknown): FiredrillError {
  return loadErrors.error('FD_LOAD_THREAD', {
    message: 'a thread of the load generator broke down',
    given,
    ...defined({ cause }),
  })
}

/** What a thread is started with: the journey by name or path, since functions cannot be sent. */
export type ThreadOptions = Omit<EngineOptions, 'journey' | 'recorder' | 'live'> & { journey: string }

export type ThreadMessage =
  | ShardEvent
  | { kind: 'ready' }
  | { kind: 'broken'; error: ReturnType<FiredrillError['toJSON']> }
