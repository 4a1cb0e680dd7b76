import { ClientFeed } from '../../load/figures/client-counts.ts'
import { readJourney } from '../../load/journey/read-journey.ts'
import { type RunningLoad, startLoad } from '../../load/start-load.ts'
import { drillErrors } from '../errors.ts'
import type { LoadPlan } from '../file/drill.ts'
import type { SystemDescription, SystemUnderDrill } from '../system.ts'
import { originsOf } from '../watch/steady-checks.ts'
import { within } from '../within.ts'

/** A drill's load, and the service it goes to. */
export interface DrillLoad extends RunningLoad {
  readonly service: string
}

/**
 * Starts a drill's load, and reports to the system what its users see.
 * @throws FD_DRILL_STACK when the journey's service is not there, FD_LOAD_JOURNEY when the module is no journey.
 */
export async function startDrillLoad(
  { journey: name, ...plan }: LoadPlan,
  description: Pick<SystemDescription, 'services'>,
  {
    seed,
    signal,
    report,
  }: {
    seed: number
    signal?: AbortSignal | undefined
    /** Where the system counts what its users see. */
    report?: SystemUnderDrill['reportRequests']
  },
): Promise<DrillLoad> {
  const journey = await readJourney(name)
  const { service } = journey
  if (service === undefined) {
    throw drillErrors.error('FD_DRILL_STACK', {
      message: 'the journey names no service of the stack',
      where: name,
      expected: `service: one of ${description.services.map((one) => one.name).join(', ')}`,
    })
  }
  const [first, ...others] = originsOf(description, service).map(({ origin }) => origin)
  if (first === undefined) throw new Error('a service has an origin')
  const load = startLoad({ journey, origins: [first, ...others], plan, seed, signal })
  if (report === undefined) return { ...load, service }
  const feed = new ClientFeed((counts) => report(service, counts))
  const timer = setInterval(() => void feed.send(load.counts()), REPORT_EVERY_MS).unref()
  const stop = async () => {
    await load.stop()
    clearInterval(timer)
    // Requests that are not reported by then are missing there; the load's own figures have them.
    await within(feed.finish(load.counts()), { what: 'the last report of the load', boundMs: LAST_REPORT_MS }).catch(
      () => undefined,
    )
  }
  return { ...load, service, stop }
}

/** How often the system's counters of what users see are updated, in milliseconds: twice per scrape of the lab. */
const REPORT_EVERY_MS = 250
/** Bound of the last report, in milliseconds. */
const LAST_REPORT_MS = 2_000

/** Why the load is not what the drill says: errors of its journey's own code, one sentence each; empty when all is well. */
export function brokenBy(thrown: Readonly<Record<string, number>>): string[] {
  return Object.entries(thrown).map(([message, count]) => `the journey's own code failed, ${count} ×: ${message}`)
}
