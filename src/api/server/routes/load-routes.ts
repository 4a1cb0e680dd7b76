import { EventStream, serverSentEvent } from '../../../base/http/event-stream.ts'
import { type LoadView, routes } from '../../contract.ts'
import { renderLoadMetrics } from '../load-metrics.ts'
import type { LiveLoads } from '../loads/live-loads.ts'
import type { Router } from '../router.ts'
import { MAX_STREAMS, tooManyStreams } from '../stream-relay.ts'

/** The routes of the loads that report at the moment. */

const STREAM = { clients: MAX_STREAMS, behindBytes: 1_048_576, allBehindBytes: 104_857_600, heartbeatMs: 15_000 }
const MAX_BODY = 1_048_576

/**
 * The loads that report: the process of each reports each second, and the console reads it here. Returns a function that renders
 * the metrics of the one that began last, which control adds to its own.
 */
export function addLoadRoutes(router: Router, live: LiveLoads): () => string {
  const stream = new EventStream(STREAM)
  router.add(
    'reportLoad',
    ({ body }) => {
      live.report(body)
      stream.send(eventOf(body))
      return { load: body }
    },
    { bodyLimit: MAX_BODY },
  )
  router.add('load', () => ({ load: live.current() ?? null }))
  router.addStream('loadStream', async (_request, reply) => {
    if (!stream.hasRoom) throw tooManyStreams('FD_LOAD_TOO_MANY_STREAMS', stream.size)
    reply.hijack()
    const now = live.current()
    stream.add(reply.raw, now === undefined ? ': no load yet\n\n' : eventOf(now))
  })
  // An open stream would keep the server from closing.
  router.app.addHook('preClose', async () => stream.close())
  return () => renderLoadMetrics(live.current())
}

function eventOf(load: LoadView): string {
  return serverSentEvent(routes.loadStream.event, JSON.stringify(load))
}
