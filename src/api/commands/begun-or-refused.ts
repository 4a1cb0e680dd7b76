import { HttpError } from '../../base/http/http-server.ts'
import { apiErrors } from '../errors.ts'
import type { ChildCommand, CommandEnd } from './child-command.ts'

/**
 * Waits until a command has begun its work, or has ended instead, or for `boundMs`: then it goes on, and says of itself how.
 * @throws HttpError with the reason for which the command ended before it began
 */
export async function begunOrRefused(command: ChildCommand, begun: Promise<unknown>, boundMs = 30_000): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), boundMs)
  })
  try {
    const end = await Promise.race([begun.then(() => undefined), command.ended, bound])
    if (end !== undefined) throw refusalOf(end, command)
  } finally {
    clearTimeout(timer)
  }
}

/** Statuses by exit code: wrong arguments, halted, something that is needed is not there or busy. See cli/exit-codes.ts. */
const STATUS: Readonly<Record<number, number>> = { 2: 422, 5: 423, 6: 409 }

function refusalOf({ code, signal, failure }: CommandEnd, command: ChildCommand): HttpError {
  const problem =
    failure ??
    apiErrors.error('FD_COMMAND_ENDED', {
      message: `the command ended before it began (${signal ?? `exit code ${code}`})`,
      given: command.lines().slice(-5).join('; '),
      next: 'run it in a terminal, where all that it prints is seen',
    })
  return new HttpError(failure === undefined ? 500 : (STATUS[code ?? 1] ?? 500), problem)
}
