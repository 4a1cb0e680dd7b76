import { parentPort, workerData } from 'node:worker_threads'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { loadErrors } from '../errors.ts'
import { readJourney } from '../journey/read-journey.ts'
import { localShard } from './shard.ts'
import type { ThreadMessage, ThreadOptions } from './thread-shard.ts'

/** A thread of the load generator: reads its journey, says that it is ready, runs its part when told to. */
const port = parentPort
if (port === null) throw new Error('this file is a thread of the load generator')
const tell = (message: ThreadMessage) => port.postMessage(message)

try {
  const { journey, ...options } = workerData as ThreadOptions
  const part = localShard({ ...options, journey: await readJourney(journey) }, tell)
  port.on('message', (order: 'start' | 'stop') => part[order]())
  tell({ kind: 'ready' })
  await part.done
} catch (error) {
  const broken =
    error instanceof FiredrillError
      ? error
      : loadErrors.error('FD_LOAD_THREAD', {
          message: `a thread of the load generator broke down: ${messageOf(error)}`,
          ...(error instanceof Error && error.stack !== undefined ? { given: error.stack } : {}),
        })
  tell({ kind: 'broken', error: broken.toJSON() })
} finally {
  port.close()
}
