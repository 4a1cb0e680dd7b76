import { FiredrillError } from '../base/errors.ts'
import { SeveralErrors } from '../base/several-errors.ts'
import type { Drill } from '../drills/file/drill.ts'
import type { Plan } from '../drills/plan.ts'
import { loadErrors } from '../load/errors.ts'
import { profiles } from '../stack/profile.ts'
import { describeStack } from '../stack/topology.ts'
import { workflowErrors } from './errors.ts'

/** Collects every reason against a run, so that a mistake in the last file is reported together with one in the first. */
export class Preflight {
  readonly #errors: FiredrillError[] = []

  /** Resolves with the result of `look`; `undefined` where it failed with an error for people, which is kept. */
  async attempt<T>(look: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await look()
    } catch (error) {
      if (!(error instanceof FiredrillError)) throw error
      if (error instanceof SeveralErrors) this.#errors.push(...error.errors)
      else this.#errors.push(error)
      return undefined
    }
  }

  /** @throws the error that was kept; several as FD_RUN_REFUSED */
  done(): void {
    const [first, ...others] = this.#errors
    if (first === undefined) return
    throw others.length === 0 ? first : new SeveralErrors('FD_RUN_REFUSED', this.#errors)
  }
}

/**
 * Loads the journeys of drills; `services` are those that users can talk to. Default: those of Firedrill's own stack.
 * @throws FD_LOAD_JOURNEY, one for each drill whose journey is not a journey, or talks to none of these services
 */
export async function checkJourneys(
  drills: readonly Drill[],
  services: readonly string[] = describeStack(profiles.lab).parts.map(({ name }) => name),
): Promise<void> {
  const preflight = new Preflight()
  for (const { load, file } of drills) {
    if (load !== null) await preflight.attempt(() => checkJourney(load.journey, { file, services }))
  }
  preflight.done()
}

async function checkJourney(
  journey: string,
  { file, services }: { file: string; services: readonly string[] },
): Promise<void> {
  const { readJourney } = await import('../load/journey/read-journey.ts')
  try {
    const { service } = await readJourney(journey)
    if (service !== undefined && services.includes(service)) return
    throw loadErrors.error('FD_LOAD_JOURNEY', {
      message: service === undefined ? 'the journey names no service' : `there is no service "${service}"`,
      where: journey,
      expected: `service: one of ${services.join(', ')}`,
    })
  } catch (error) {
    if (!(error instanceof FiredrillError)) throw error
    const { details } = error
    // `firedrill load` names the option; a drill names the journey.
    const where = details.where === undefined || details.where === '--journey' ? journey : details.where
    const given = details.given ?? `the load of ${file}`
    throw new FiredrillError(error.code, { ...details, where, given, cause: error })
  }
}

/** @throws FD_DRILL_IMPOSSIBLE, one for each drill that cannot hold */
export async function refuseImpossible(plans: readonly Plan[]): Promise<void> {
  const preflight = new Preflight()
  for (const { drill, refusals } of plans) {
    await preflight.attempt(() => {
      if (refusals.length === 0) return
      throw workflowErrors.error('FD_DRILL_IMPOSSIBLE', {
        message: `this drill cannot hold${refusals.map((reason) => `\n  - ${reason}`).join('')}`,
        where: drill.file,
        next: `firedrill run ${drill.file} --dry-run shows all that it would do`,
      })
    })
  }
  preflight.done()
}
