import { type Static, type TObject, type TProperties, Type } from '#typebox'
import type { FileProblem, Path } from '../../base/files/file-problem.ts'
import type { FaultHost } from '../../faults/needs.ts'
import type { Target } from '../../runtimes/runtime.ts'
import type { WithSettings } from '../../stack/setting-problems.ts'
import { startFields } from '../conditions/start-fields.ts'
import { closed, type Entry } from '../fields.ts'
import type { PlanContext } from '../plan-context.ts'
import type { SystemUnderDrill } from '../system.ts'

/** What a step of a drill does that is no fault: something that operators and the responder do too. Built from the file. */
export interface DrillAction {
  readonly name: string
  /** In a few words: `scale worker to 3`. */
  readonly text: string
  /** What it changes. Default: nothing that has a name. */
  readonly target?: Target
  /** Why it cannot be done to such a system. */
  whyImpossible?(context: PlanContext): string | undefined
  /**
   * Does it; resolves with what was done, for people. What must be put back at the end of the run is passed to `keep` before
   * anything is changed, so that it is known also when the action fails half way.
   */
  do(system: SystemUnderDrill, keep: (putBack: PutBack) => void): Promise<string>
}

/** Puts back what an action has changed. Resolves with what it did, for people. */
export type PutBack = () => Promise<string>

/** A kind of action: its form in a drill file, and how a step becomes an action. */
export interface ActionDefinition {
  /** The value of `action` in a step. */
  readonly name: string
  readonly schema: TObject
  /** Problems of a step that no schema can find. */
  check?(step: Entry, known: KnownSettings): ActionProblem[]
  /** Why a foreign system cannot do it. Default: it can. */
  refusedForeign?(step: Entry, host: FaultHost): string | undefined
  build(step: unknown): DrillAction
}

/** What can be set on each service: none of a system that is not Firedrill's own. */
export interface KnownSettings {
  settings: readonly WithSettings[]
}

/** A problem at a path inside the step. */
export interface ActionProblem extends Pick<FileProblem, 'message' | 'expected' | 'next'> {
  at: Path
}

/** Types a kind of action; its file, its test and one line in `actions.ts` are all that adding one takes. */
export function defineAction<P extends TProperties>({
  name,
  properties,
  build,
  ...definition
}: Omit<ActionDefinition, 'schema' | 'build'> & {
  /** The fields of a step besides `action` and the start. */
  properties: P
  /** What the step says; it has passed the schema. */
  build(step: Static<TObject<P>>): Omit<DrillAction, 'name'>
}): ActionDefinition {
  return {
    ...definition,
    name,
    schema: Type.Object({ ...startFields, action: Type.Literal(name), ...properties }, closed),
    build: (step) => ({ name, ...build(step as Static<TObject<P>>) }),
  }
}
