import type { Static, TSchema } from 'typebox'
import type { Replica } from '../decide/guards.ts'
import type { Suppression } from '../incident/record.ts'
import type { PolicyTarget } from '../incident/target.ts'
import type { Program } from '../policy/policy.ts'

/** What the responder may do to the stack. It has no power of its own: this is the control API, with a token. */
export interface Actuator {
  /** Replicas by service. */
  services(): Promise<Map<string, Replica[]>>
  restart(target: { service: string; replica: string }): Promise<void>
  scale(service: string, replicas: number): Promise<void>
  configure(service: string, settings: Record<string, string | null>): Promise<void>
  /** Lifts every fault that is in force; returns how many. */
  clearFaults(): Promise<number>
}

/** An incident as it is told to people and programs outside. */
export interface IncidentMessage {
  incident: string
  number: number
  alertname: string
  target: string
  severity: string
  summary: string
  text: string
}

/** A way to reach people. `tell` throws when it did not arrive. */
export interface Channel {
  send(telling: IncidentMessage, signal: AbortSignal): Promise<void>
}

export interface ActionContext {
  target: PolicyTarget
  /** The replicas of the target's service that may be taken down now, asked again before each. */
  mayDisturb(replica: PolicyTarget): Promise<void>
  actuator: Actuator
  programs: Readonly<Record<string, Program>>
  /** Those that are configured. */
  channels: Readonly<Record<string, Channel>>
  message: IncidentMessage
  log(text: string): void
  signal: AbortSignal
}

/** What a look at the stack says before an action: a no, or yes, with what there is to go back to. */
export type Check =
  | { guard: Suppression; detail: string /** Repaired since then. */; sinceMs?: number }
  | { was?: number }

/** One kind of action: its file, its test, and a line in the map. `Params` is what stands under its name in the policy. */
export interface ActionDefinition<Params extends TSchema = TSchema> {
  readonly name: string
  readonly summary: string
  readonly params: Params
  /** Repairs nothing, disturbs nothing: guards let it pass, and there is nothing to verify. */
  readonly telling?: true
  /** Takes replicas down, one after the other: the quorum is asked. */
  readonly disturbs?: true
  /** What it is done to; `undefined` when that cannot be told. Pure. */
  target(params: Static<Params>, alert: PolicyTarget | undefined): PolicyTarget | undefined
  /** Looks at the target's replicas. Without it, the stack is not asked. Pure. */
  check?(params: Static<Params>, target: PolicyTarget, replicas: readonly Replica[], badAtMs: number): Check
  /** Does it; resolves with what was done, in a few words. */
  perform(params: Static<Params>, context: ActionContext): Promise<string>
}

export function defineAction<Params extends TSchema>(definition: ActionDefinition<Params>): ActionDefinition<Params> {
  return definition
}

/** The word in a policy for what the alert is about. */
export const TARGET = 'target'

/** The target that a policy's word means. */
export function resolveTarget(word: string, alert: PolicyTarget | undefined): PolicyTarget | undefined {
  if (word === TARGET) return alert
  const [, service] = /^(.+)-\d+$/.exec(word) ?? []
  return service === undefined ? { service: word } : { service, replica: word }
}

/** A service, whatever replica of it the alert names. */
export function meantService(word: string, alert: PolicyTarget | undefined): PolicyTarget | undefined {
  const target = resolveTarget(word, alert)
  return target === undefined ? undefined : { service: target.service }
}
