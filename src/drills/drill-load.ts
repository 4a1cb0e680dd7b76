import { readJourney } from '../load/read-journey.ts'
import { type RunningLoad, startLoad } from '../load/start-load.ts'
import type { LoadPlan } from './drill.ts'
import { drillErrors } from './errors.ts'
import { originsOf } from './steady-checks.ts'
import type { SystemDescription } from './system.ts'

/** Causes of requests that got no answer from any service, so that no service has counted them. */
const UNSERVED = new Set(['refused', 'reset', 'timeout', 'unreachable'])

/** A drill's load, and the service it goes to. */
export interface DrillLoad extends RunningLoad {
  readonly service: string
  /** Requests that nothing answered, of those that ended in that time. Epoch milliseconds. */
  unserved(fromMs: number, toMs: number): number
  /** Errors that the journey's own code has thrown so far, by message. */
  thrown(): Readonly<Record<string, number>>
}

/** @throws FD_DRILL_STACK when the journey's service is not there, FD_LOAD_JOURNEY when the journey is none. */
export async function startDrillLoad(
  { journey: name, ...plan }: LoadPlan,
  description: Pick<SystemDescription, 'services'>,
  { seed, signal }: { seed: number; signal?: AbortSignal | undefined },
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
  const thrown: Record<string, number> = {}
  return {
    ...load,
    service,
    thrown: () => {
      // What is reported once is not reported again.
      for (const [message, count] of Object.entries(load.report().thrown))
        thrown[message] = (thrown[message] ?? 0) + count
      return thrown
    },
    unserved: (fromMs, toMs) => load.recorder.countCauses(fromMs, toMs, (cause) => UNSERVED.has(cause)),
  }
}

/** That the load is not what the drill says, since its journey's own code fails; one sentence an error, none when all is well. */
export function brokenBy(thrown: Readonly<Record<string, number>>): string[] {
  return Object.entries(thrown).map(([message, count]) => `the journey's own code failed, ${count} ×: ${message}`)
}
