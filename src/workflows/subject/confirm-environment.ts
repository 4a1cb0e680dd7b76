import type { Confirmation, Environment } from '../../drills/journal/schema/safety.ts'
import { workflowErrors } from '../errors.ts'

/**
 * Has the environment named before anything is done to a system: on production a person types it, or the command has it. What the
 * command names must be right everywhere.
 * @throws FD_ENVIRONMENT_OTHER, FD_ENVIRONMENT_NOT_CONFIRMED
 */
export async function confirmEnvironment(
  { environment, file }: { environment: Environment; file: string },
  { named, ask }: { named: string | undefined; ask: ((question: string) => Promise<string>) | undefined },
): Promise<Confirmation | undefined> {
  if (named !== undefined) {
    refuseOther({ environment, file }, named)
    return 'flag'
  }
  if (environment !== 'production') return undefined
  const typed = await ask?.(`${file} is ${environment}. Type ${environment} to break it on purpose: `)
  if (typed?.trim() === environment) return 'terminal'
  throw workflowErrors.error('FD_ENVIRONMENT_NOT_CONFIRMED', {
    message: `the system is ${environment}, and nothing was done to it`,
    where: file,
    expected: `${environment}, typed at the prompt or named by the command`,
    ...(typed === undefined ? {} : { given: typed.trim() === '' ? 'nothing' : typed.trim() }),
    next: `firedrill run … --system ${file} --environment ${environment}`,
  })
}

/** @throws FD_ENVIRONMENT_OTHER */
export function refuseOther({ environment, file }: { environment: Environment; file: string }, named: string): void {
  if (named === environment) return
  throw workflowErrors.error('FD_ENVIRONMENT_OTHER', {
    message: `the system is ${environment}`,
    where: file,
    expected: `--environment ${environment}`,
    given: `--environment ${named}`,
    next: 'nothing was done; name the right system, or the right environment',
  })
}
