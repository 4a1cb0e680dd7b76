import type { Runtime } from '../../../runtimes/runtime.ts'
import type { StackView } from '../../contract.ts'
import type { Router } from '../router.ts'
import { Situation, type SituationOptions } from '../situation.ts'

export interface StackRoutes {
  runtime: Runtime
  view(): StackView
  /** Called once when someone asks for the stack to go down. */
  down(): void
  /** Default: the situation is not served. */
  situation: SituationOptions | undefined
}

/** The stack as a whole: how it is, what happened, and its end. */
export function addStackRoutes(router: Router, { runtime, view, down, situation }: StackRoutes): void {
  router.add('health', () => ({ status: 'ok' as const }))
  router.add('stack', view)
  router.add('events', ({ query }) => ({ events: runtime.events(query.after) }))
  if (situation !== undefined) {
    const now = new Situation(situation)
    router.add('situation', () => now.view())
  }
  router.add('down', ({ reply }) => {
    reply.raw.once('close', down)
    return { state: 'stopping' as const }
  })
}
