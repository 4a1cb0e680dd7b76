import { usageErrors } from '../../base/usage-errors.ts'
import type { Confirmation } from '../../drills/journal/schema/safety.ts'
import type { PreparedRuns } from '../../workflows/prepare-runs.ts'
import { confirmEnvironment } from '../../workflows/subject/confirm-environment.ts'
import { ask } from '../terminal/ask.ts'

/**
 * Has the environment of a foreign system named: by --environment, or on production at the terminal.
 * @throws FD_USAGE, FD_ENVIRONMENT_OTHER, FD_ENVIRONMENT_NOT_CONFIRMED
 */
export async function nameEnvironment(
  { foreign }: Pick<PreparedRuns, 'foreign'>,
  { named, signal }: { named: string | undefined; signal: AbortSignal },
): Promise<Confirmation | undefined> {
  if (foreign !== undefined) {
    const { stdin: input, stderr: output } = process
    const isTerminal = input.isTTY === true && output.isTTY === true
    const prompt = async (question: string) => {
      const typed = await ask(question, { input, output, signal })
      signal.throwIfAborted()
      return typed
    }
    return confirmEnvironment(foreign, { named, ask: isTerminal ? prompt : undefined })
  }
  if (named === undefined) return undefined
  throw usageErrors.error('FD_USAGE', {
    message: "a stack of Firedrill's own has no environment",
    where: '--environment',
    next: 'name the system too: --system firedrill.yaml',
  })
}
