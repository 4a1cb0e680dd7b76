import { parentPort, workerData } from 'node:worker_threads'
import { FiredrillError, messageOf } from '../../base/errors.ts'
import { loadErrors } from '../errors.ts'
import { readJourney } from '../journey/read-journey.ts'
import { localShard } from './shard.ts'
import type { ThreadMessage, ThreadOptions } from './thread-shard.ts'

/** A thread of the load generator: reads its journey, reports that it is ready, and runs its shard on "start". */

const port = parentPort
if (port === null) throw new Error('this file is a thread of the load generator')
const post = (message: ThreadMessage) => port.postMessage(message)

try {
  const { journey, ...options } = workerData as ThreadOptions
  const shard = localShard({ ...options, journey: await readJourney(journey) }, post)
  port.on('message', (order: 'start' | 'stop') => shard[order]())
  post({ kind: 'ready' })
  await shard.done
} catch (error) {
  const broken =
    error instanceof FiredrillError
      ? error
      : loadErrors.error('FD_LOAD_THREAD', {
          message: `a thread of the load generator broke down: ${messageOf(error)}`,
          ...(error instanceof Error && error.stack !== undefined ? { given: error.stack } : {}),
        })
  post({ kind: 'broken', error: broken.toJSON() })
} finally {
  port.close()
}
