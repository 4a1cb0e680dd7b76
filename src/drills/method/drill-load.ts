import { ClientFeed } from '../../load/figures/client-counts.ts'
import { readJourney } from '../../load/journey/read-journey.ts'
import { LiveFigures } from '../../load/live-figures.ts'
import type { LoadFigures } from '../../load/result/result.ts'
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
  description: Pick<SystemDescription, 'services' | 'access'>,
  { seed, signal, report, watch }: DrillLoadOptions,
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
  if (description.access?.doors?.[service] !== undefined) {
    throw drillErrors.error('FD_DRILL_STACK', {
      message: `${service} has no URL of its own that load can be put on`,
      where: name,
      expected: `urls: ["https://…"] of ${service} in the description of the system`,
    })
  }
  // Replicas can be behind one URL.
  const [first, ...others] = new Set(originsOf(description, service).map(({ origin }) => origin))
  if (first === undefined) throw new Error('a service has an origin')
  const origins = [first, ...others] as const
  const started = startLoad({ journey, origins: [...origins], plan, seed, signal })
  const load =
    watch === undefined ? started : watched(started, { journey: name, origins, plan, durationMs: null }, watch)
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

export interface DrillLoadOptions {
  seed: number
  signal?: AbortSignal | undefined
  /** Where the system counts what its users see. */
  report?: SystemUnderDrill['reportRequests']
  /** Called each second with its figures, and once at its end. */
  watch?: ((figures: LoadFigures, ended: boolean) => void) | undefined
}

/** The load, with its figures shown each second. */
function watched(
  load: RunningLoad,
  setting: LoadFigures['setting'],
  watch: NonNullable<DrillLoadOptions['watch']>,
): RunningLoad {
  const figures = new LiveFigures(load, setting)
  const timer = setInterval(() => watch(figures.next(), false), SECOND_MS).unref()
  let stopped: Promise<void> | undefined
  const stopOnce = async () => {
    await load.stop()
    clearInterval(timer)
    watch(figures.next(), true)
  }
  const stop = () => {
    stopped ??= stopOnce()
    return stopped
  }
  return { ...load, stop }
}

const SECOND_MS = 1_000
/** How often the system's counters of what users see are updated, in milliseconds: twice per scrape of the lab. */
const REPORT_EVERY_MS = 250
/** Bound of the last report, in milliseconds. */
const LAST_REPORT_MS = 2_000

/** Why the load is not what the drill says: errors of its journey's own code, one sentence each; empty when all is well. */
export function brokenBy(thrown: Readonly<Record<string, number>>): string[] {
  return Object.entries(thrown).map(([message, count]) => `the journey's own code failed, ${count} ×: ${message}`)
}
