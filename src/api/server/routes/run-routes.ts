import { EventStream, serverSentEvent } from '../../../base/http/event-stream.ts'
import { HttpError, httpErrors } from '../../../base/http/http-server.ts'
import { type RunView, routes } from '../../contract.ts'
import { LiveRuns } from '../drills/live-runs.ts'
import { renderRunMetrics } from '../drills/run-metrics.ts'
import { RunStarter, type RunStarterOptions, unknownRun } from '../drills/run-starter.ts'
import type { Router } from '../router.ts'
import { MAX_STREAMS, tooManyStreams } from '../stream-relay.ts'

/** The routes of runs: every run reports here, wherever it was started. Returns what renders the metrics of runs. */
export function addRunRoutes(router: Router, options: Omit<RunStarterOptions, 'runs'>): () => string {
  const stream = new EventStream(STREAM)
  const runs = new LiveRuns({ onChange: (view) => stream.send(eventOf(view)) })
  const starter = new RunStarter({ ...options, runs })
  const looking = setInterval(() => runs.look(), LOOK_EVERY_MS).unref()

  router.add('runs', () => ({ runs: runs.list(), whyNotStarted: starter.whyNot }))
  router.add('run', ({ params }) => {
    const view = runs.view(params.id)
    if (view === undefined) throw unknownRun(params.id)
    return view
  })
  router.addStream('runsStream', async (_request, reply) => {
    if (!stream.hasRoom) throw tooManyStreams('FD_RUNS_TOO_MANY_STREAMS', stream.size)
    reply.hijack()
    stream.add(reply.raw, runs.current().map(eventOf).join('') || ': no run yet\n\n')
  })
  router.add('startRun', ({ body }) => starter.start(body))
  router.add('abortRun', ({ params }) => starter.abort(params.id))
  router.add(
    'reportRun',
    ({ params, body }) => {
      if (params.id !== body.id) {
        throw new HttpError(
          400,
          httpErrors.error('FD_HTTP_INVALID', { message: '/body/id is not the id of the path', given: body.id }),
        )
      }
      runs.report(body)
      return { taken: true }
    },
    { bodyLimit: MAX_BODY },
  )
  router.app.addHook('preClose', async () => {
    clearInterval(looking)
    // An open stream would keep the server from closing.
    stream.close()
  })
  return () => renderRunMetrics(runs.list())
}

const STREAM = { clients: MAX_STREAMS, behindBytes: 4_194_304, allBehindBytes: 104_857_600, heartbeatMs: 15_000 }
const LOOK_EVERY_MS = 2_000
/** A report of a run of an hour has about 200 KiB. */
const MAX_BODY = 1_048_576

function eventOf(view: RunView): string {
  return serverSentEvent(routes.runsStream.event, JSON.stringify(view))
}
