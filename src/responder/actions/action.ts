import type { Static, TSchema } from '#typebox'
import type { Channel } from '../channels/channel.ts'
import type { IncidentMessage } from '../incident/incident-message.ts'
import type { Suppression } from '../incident/record.ts'
import type { PolicyTarget } from '../incident/target.ts'
import type { Actuator, Replica } from './actuator.ts'
import type { Program } from './program.ts'

/** One kind of action: its file, its test, and a line in the map. `Params` is what stands under its name in the policy. */
export interface ActionDefinition<Params extends TSchema = TSchema> {
  readonly name: string
  readonly summary: string
  readonly params: Params
  /** Repairs nothing, disturbs nothing: no guard is asked, and there is nothing to verify. */
  readonly notifies?: true
  /** Takes replicas down, one after the other: the quorum is asked. */
  readonly disturbs?: true
  /** What it is done to; `undefined` when that is not known. Pure. */
  target(params: Static<Params>, alert: PolicyTarget | undefined): PolicyTarget | undefined
  /** Looks at the target's replicas. Without it, the stack is not asked. Pure. */
  check?(params: Static<Params>, seen: Seen): Check
  /** Does it; resolves with what was done, in a few words. */
  perform(params: Static<Params>, context: ActionContext): Promise<string>
}

export interface ActionContext {
  target: PolicyTarget
  /** Resolves when the replica may be taken down, rejects when it may not: to be asked before each. */
  mayDisturb(replica: PolicyTarget): Promise<void>
  actuator: Actuator
  programs: Readonly<Record<string, Program>>
  /** The channels that are configured, by name. */
  channels: Readonly<Record<string, Channel>>
  message: IncidentMessage
  log(text: string): void
  signal: AbortSignal
}

/** What a look at the stack shows of an action's target. */
export interface Seen {
  target: PolicyTarget
  /** Of the target's service, all of them. */
  replicas: readonly Replica[]
  /** When things were last known to be bad, in epoch milliseconds. */
  badAtMs: number
}

/** What a look at the stack says before an action: a no, or yes, with what there is to go back to. */
export type Check =
  | { guard: Suppression; detail: string /** Repaired since then. */; sinceMs?: number }
  | { was?: number }

export function defineAction<Params extends TSchema>(definition: ActionDefinition<Params>): ActionDefinition<Params> {
  return definition
}

/** The word in a policy for what the alert is about. */
export const TARGET = 'target'

/** The target that a policy's word stands for. */
export function resolveTarget(word: string, alert: PolicyTarget | undefined): PolicyTarget | undefined {
  if (word === TARGET) return alert
  const [, service] = /^(.+)-\d+$/.exec(word) ?? []
  return service === undefined ? { service: word } : { service, replica: word }
}

/** The service that a policy's word stands for, as a whole, also where the alert names one replica. */
export function serviceOf(word: string, alert: PolicyTarget | undefined): PolicyTarget | undefined {
  const target = resolveTarget(word, alert)
  return target === undefined ? undefined : { service: target.service }
}
