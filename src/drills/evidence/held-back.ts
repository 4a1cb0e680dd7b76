import type { IncidentView } from '../../probes/incident-view.ts'

/** That the responder held an action back, and why, in words: the names of its guards are for programs. */
export function heldBack({ reason, suppressed }: NonNullable<IncidentView['decision']>): string {
  // The reason of a rehearsal is why it would act.
  return `held back: ${suppressed === 'dry_run' ? 'the policy only says what it would do' : reason}`
}
