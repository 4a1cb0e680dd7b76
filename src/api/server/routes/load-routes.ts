import { EventStream, serverSentEvent } from '../../../base/http/event-stream.ts'
import { type LoadView, routes } from '../../contract.ts'
import { renderLoadMetrics } from '../load-metrics.ts'
import type { Router } from '../router.ts'
import { MAX_STREAMS, tooManyStreams } from '../stream-relay.ts'

/** The routes of the load that reported last. */

const STREAM = { clients: MAX_STREAMS, behindBytes: 1_048_576, allBehindBytes: 104_857_600, heartbeatMs: 15_000 }
/** A load that has not reported for this long, in milliseconds, has ended without a last report. */
const SILENT_MS = 10_000
const MAX_BODY = 1_048_576

/**
 * The load that reported last: its process reports each second, and the console reads it here. Returns a function that renders
 * its metrics of the moment, which control adds to its own.
 */
export function addLoadRoutes(router: Router): () => string {
  let load: LoadView | undefined
  let reportedMs = 0
  const stream = new EventStream(STREAM)
  const current = (): LoadView | undefined =>
    load === undefined || load.ended || performance.now() - reportedMs < SILENT_MS
      ? load
      : { ...load, ended: true, users: 0 }

  router.add(
    'reportLoad',
    ({ body }) => {
      load = body
      reportedMs = performance.now()
      stream.send(eventOf(load))
      return { load }
    },
    { bodyLimit: MAX_BODY },
  )
  router.add('load', () => ({ load: current() ?? null }))
  router.addStream('loadStream', async (_request, reply) => {
    if (!stream.hasRoom) throw tooManyStreams('FD_LOAD_TOO_MANY_STREAMS', stream.size)
    reply.hijack()
    const now = current()
    stream.add(reply.raw, now === undefined ? ': no load yet\n\n' : eventOf(now))
  })
  // An open stream would keep the server from closing.
  router.app.addHook('preClose', async () => stream.close())
  return () => renderLoadMetrics(current())
}

function eventOf(load: LoadView): string {
  return serverSentEvent(routes.loadStream.event, JSON.stringify(load))
}
