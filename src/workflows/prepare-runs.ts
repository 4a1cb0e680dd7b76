import { defined } from '../base/defined.ts'
import { FiredrillError } from '../base/errors.ts'
import { checkSettings } from '../drills/file/check-settings.ts'
import type { Drill } from '../drills/file/drill.ts'
import { readDrill } from '../drills/file/drill-file.ts'
import { locateDrills } from '../drills/file/locate-drills.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { stackObjectives } from '../slo/document/load-objectives.ts'
import { type Objective, objectiveId } from '../slo/objective.ts'
import { type PlannedDrills, planDrills } from './plan-drills.ts'
import { checkJourneys, Preflight, refuseImpossible } from './preflight.ts'
import type { ForeignSubject } from './subject/drill-subject.ts'
import { findForeign } from './subject/foreign-subject.ts'

/**
 * Checks everything before anything is done: a mistake in the last file must not cost the time of the first.
 * @throws every mistake at once
 */
export async function prepareRuns(request: RunRequest, folder: StateFolder): Promise<PreparedRuns> {
  const { files, set, dryRun, checks } = request
  const foreign = await findForeign(request.system, { folder, files })
  const objectives = foreign === undefined ? await stackObjectives(process.env) : []
  const reading = { set, ...(foreign?.reading ?? { objectives: objectives.map(objectiveId) }) }
  const preflight = new Preflight()
  for (const check of checks) await preflight.attempt(check)
  const located = await Promise.all(files.map((file) => preflight.attempt(() => locateDrills([file]))))
  const paths = located.flatMap((found) => found ?? [])
  const read = await Promise.all(paths.map((path) => preflight.attempt(() => readDrill(path, reading))))
  const drills = read.filter((drill) => drill !== undefined)
  if (drills.length === read.length) await preflight.attempt(() => checkSettings(set, drills))
  await preflight.attempt(() => checkJourneys(drills, foreign?.reading.services))
  const { planned, silent } =
    (await preflight.attempt(() => plan(drills, { request, objectives, foreign, folder }))) ?? {}
  if (planned !== undefined && !dryRun) await preflight.attempt(() => refuseImpossible(planned.plans))
  preflight.done()
  return { drills, objectives, foreign, planned, ...defined({ silent }) }
}

export interface RunRequest {
  /** Drill files, or names of drills that ship. */
  files: readonly string[]
  /** Values of the drills' parameters. */
  set: Readonly<Record<string, string>>
  /** The description of a foreign system. */
  system?: string | undefined
  /** Profile of a stack that has to be started, or of a dry run without a stack. */
  profile: string
  dryRun: boolean
  /** Further checks whose errors are reported together with those of the drills. */
  checks: readonly (() => unknown)[]
}

/** Drills that can be run: every file that they need has been read. */
export interface PreparedRuns {
  drills: Drill[]
  objectives: Objective[]
  foreign: ForeignSubject | undefined
  /** What the drills would do; `undefined` where the stack does not answer: the gate of a run waits for it. */
  planned: PlannedDrills | undefined
  /** Why nothing is known of a system that is not ours: its monitoring does not answer. Then nothing is done to it. */
  silent?: FiredrillError
}

/**
 * The plans; none where what they need does not answer. On a stack of ours the gate of a run waits for it. On another system nothing is
 * known of what its description forbids: its runs prove nothing.
 */
async function plan(
  drills: readonly Drill[],
  {
    request: { dryRun, profile },
    objectives,
    foreign,
    folder,
  }: Pick<PreparedRuns, 'objectives' | 'foreign'> & { request: RunRequest; folder: StateFolder },
): Promise<{ planned?: PlannedDrills; silent?: FiredrillError }> {
  try {
    const planned = await planDrills(drills, {
      folder,
      profile,
      objectives,
      context: await foreign?.planContext(drills),
    })
    return { planned }
  } catch (error) {
    if (dryRun || !(error instanceof FiredrillError)) throw error
    if (foreign === undefined && /^FD_(PROBE|CONTROL)_/.test(error.code)) return {}
    if (foreign !== undefined && /^FD_(PROBE_|FOREIGN_MONITORING$)/.test(error.code)) return { silent: error }
    throw error
  }
}
