import type { PlanContext } from '../../../drills/plan-context.ts'
import { stackPlanContext } from '../../../drills/stack-plan-context.ts'
import type { SystemDescription } from '../../../drills/system.ts'
import type { JournalEntry, JournalsView } from '../../contract.ts'
import type { DrillCatalog } from '../drills/drill-catalog.ts'
import type { JournalIndex } from '../drills/journal-index.ts'
import { planView } from '../drills/plan-view.ts'
import type { Router } from '../router.ts'

/** The routes of drills and of the journals of their runs. */
export function addDrillRoutes(router: Router, { catalog, journals, describe }: DrillRoutesOptions): void {
  const planContext = shared(() => stackPlanContext(describe()))
  router.add('drills', async () => ({ drills: await catalog.list() }))
  router.add('drill', ({ params }) => catalog.view(params.drill))
  router.add('drillPlan', async ({ params, query }) => {
    const drill = await catalog.read(params.drill, Object.fromEntries(new URLSearchParams(query.set)))
    return planView(drill, await planContext())
  })
  router.add('journals', async ({ query }) => {
    const { entries, unreadable } = await journals.list()
    return { ...pageOf(entries, query), unreadable }
  })
  router.add('journal', ({ params }) => journals.read(params.id))
  router.add('journalReport', async ({ params, reply }) => {
    const journal = await journals.read(params.id)
    const { html } = await import('../../../reporters/html.ts')
    // It has a script of its own: as a download it never runs on this origin.
    reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'content-disposition': `attachment; filename="${params.id}.html"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    })
    return html.render([journal])
  })
}

export interface DrillRoutesOptions {
  catalog: DrillCatalog
  journals: JournalIndex
  /** The stack as a plan needs it. */
  describe(): Pick<SystemDescription, 'endpoints' | 'access' | 'services' | 'profile'>
}

/** How long a plan is made of the same answers of Prometheus, in milliseconds. */
const FRESH_MS = 5_000

/** Many pages ask Prometheus no more often than one; an answer that failed is asked for again. */
function shared(ask: () => Promise<PlanContext>): () => Promise<PlanContext> {
  let latest: { atMs: number; context: Promise<PlanContext> } | undefined
  return () => {
    const nowMs = performance.now()
    if (latest !== undefined && nowMs - latest.atMs < FRESH_MS) return latest.context
    const asked = { atMs: nowMs, context: ask() }
    latest = asked
    asked.context.catch(() => {
      if (latest === asked) latest = undefined
    })
    return asked.context
  }
}

/** One page of the journals that are asked for. `entries`: latest first. */
export function pageOf(
  entries: readonly JournalEntry[],
  { drill, verdict, limit, before }: { drill?: string; verdict?: string; limit: number; before?: string },
): Omit<JournalsView, 'unreadable'> {
  const wanted = entries.filter(
    (entry) =>
      (drill === undefined || entry.drill.name === drill) && (verdict === undefined || entry.verdict === verdict),
  )
  // Ids begin with the time, so a page begins at the right place also when its last journal is gone.
  const rest = before === undefined ? wanted : wanted.filter(({ id }) => id < before)
  const journals = rest.slice(0, limit)
  const last = journals.at(-1)
  return { journals, total: wanted.length, next: last === undefined || rest.length <= limit ? null : last.id }
}
