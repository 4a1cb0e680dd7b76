import { FiredrillError } from '../../../base/errors.ts'
import { journeys } from '../../../load/journey/journeys.ts'
import { levels } from '../../../load/plan.ts'
import { outlineOf, type Shape, shapes } from '../../../load/users/pacing.ts'
import type { FaultSpan, JourneysView, LoadHead, LoadRunView } from '../../contract.ts'
import { apiErrors } from '../../errors.ts'
import type { KeptLoads } from '../loads/kept-loads.ts'
import type { LiveLoads } from '../loads/live-loads.ts'
import type { StartedLoads } from '../loads/started-loads.ts'
import type { Router } from '../router.ts'

/** The routes of loads: started, stopped, listed, looked at and compared. */
export function addLoadsRoutes(router: Router, { live, kept, started, faultsIn }: LoadsRoutesOptions): void {
  const whole = async (id: string) => withFaults(await wholeRun(id, { live, kept }), faultsIn)
  router.add('loads', async ({ query }) => {
    const page = await kept.page(query)
    const shown = new Set(page.loads.map(({ id }) => id))
    const heads = query.before === undefined ? live.heads().filter(({ id }) => !shown.has(id)) : []
    return { live: heads, ...page, whyNotStarted: started.whyNot }
  })
  router.add('startLoad', async ({ body }) => {
    const { id } = await started.start(body, live)
    return headOf(id, live)
  })
  router.add('loadRun', ({ params }) => whole(params.id))
  router.add('stopLoad', async ({ params }) => {
    const load = live.find(params.id)
    if (load === undefined) throw unknownLoad(params.id)
    await started.stop(load)
    return whole(params.id)
  })
  router.add('loadReport', async ({ params, reply }) => {
    const report = await kept.report(params.id)
    // It has a script of its own: as a download it never runs on this origin.
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': `attachment; filename="load-${params.id}.html"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
    return report
  })
  router.add('compareLoads', async ({ params }) => {
    const { compareRuns, comparisonNotes } = await import('../../../reporters/load/compare.ts')
    const [before, after] = [await kept.result(params.id), await kept.result(params.other)]
    return { notes: comparisonNotes(before, after), differences: compareRuns(before, after) }
  })
  router.add('journeys', journeysView)
}

export interface LoadsRoutesOptions {
  live: LiveLoads
  kept: KeptLoads
  started: StartedLoads
  /** The faults in force in a range of time, in epoch milliseconds. Default: none are known. */
  faultsIn?: FaultsIn | undefined
}

type FaultsIn = (fromMs: number, toMs: number) => Promise<FaultSpan[]>

/** A load that runs as it reports itself; one that has ended by its result, as soon as that is written. */
async function wholeRun(id: string, { live, kept }: Pick<LoadsRoutesOptions, 'live' | 'kept'>): Promise<LoadRunView> {
  const running = live.run(id)
  if (running?.state === 'running') return running
  try {
    const view = await kept.run(id)
    return running === undefined ? view : { ...view, startedBy: running.startedBy, drill: running.drill }
  } catch (error) {
    if (running !== undefined && error instanceof FiredrillError && error.code === 'FD_LOAD_UNKNOWN') return running
    throw error
  }
}

/** Figures do not depend on the monitoring: without its answer no fault is shown beside them. */
async function withFaults(run: LoadRunView, faultsIn: FaultsIn = async () => []): Promise<LoadRunView> {
  const { startedAtMs, elapsedMs } = run
  return { ...run, faults: await faultsIn(startedAtMs, startedAtMs + elapsedMs).catch(() => []) }
}

function headOf(id: string, live: LiveLoads): LoadHead {
  const head = live.heads().find((one) => one.id === id)
  if (head === undefined) throw unknownLoad(id)
  return head
}

function unknownLoad(id: string): FiredrillError {
  return apiErrors.error('FD_LOAD_UNKNOWN', { message: `no load "${id}" runs`, next: 'look at the list of loads' })
}

function journeysView(): JourneysView {
  return {
    journeys: Object.entries(journeys).map(([name, { summary, service, think = null, tasks }]) => ({
      name,
      summary,
      service,
      think,
      tasks: tasks.length,
    })),
    levels: Object.entries(levels).map(([name, level]) => ({ name, ...level })),
    shapes: (Object.keys(shapes) as Shape[]).map((name) => ({
      name,
      summary: shapes[name],
      outline: outlineOf(name).map((corner) => [...corner]),
    })),
  }
}
