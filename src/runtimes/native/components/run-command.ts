import { basename } from 'node:path'
import { execa } from 'execa'
import { defined } from '../../../base/defined.ts'
import { componentErrors } from './errors.ts'

/** Runs a command to its end. */

export interface RunOptions {
  /** The whole environment of the child; nothing is inherited. */
  env: NodeJS.ProcessEnv
  timeoutMs: number
  signal?: AbortSignal | undefined
  cwd?: string
  uid?: number | undefined
  gid?: number | undefined
  /** Text for stdin; empty when absent. */
  input?: string
}

/**
 * Runs a program to its end, without a shell. Aborting kills it and rejects with the signal's reason once it is gone.
 * @throws FD_COMPONENT_COMMAND with the program's own message, shortened
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<{ stdout: string; stderr: string }> {
  options.signal?.throwIfAborted()
  const result = await execa(program, [...args], {
    env: options.env,
    extendEnv: false,
    timeout: options.timeoutMs,
    forceKillAfterDelay: 2_000,
    reject: false,
    ...(options.input === undefined ? { stdin: 'ignore' } : { input: options.input }),
    ...defined({ cancelSignal: options.signal, cwd: options.cwd, uid: options.uid, gid: options.gid }),
  })
  const { stdout, stderr } = { stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? '') }
  if (!result.failed) return { stdout, stderr }
  options.signal?.throwIfAborted()
  throw commandFailed(program, args, {
    how: result.timedOut
      ? `took longer than ${options.timeoutMs / 1_000} s`
      : result.exitCode !== undefined
        ? `ended with ${result.exitCode}`
        : (result.signal ?? result.code ?? 'could not be started'),
    output: stderr.trim() === '' ? stdout : stderr,
    cause: result,
  })
}

/** The error of a failed command. `how` is the way in which it ended. */
export function commandFailed(
  program: string,
  args: readonly string[],
  { how, output, cause }: { how: string; output: string; cause: unknown },
) {
  const said = shorten(output)
  return componentErrors.error('FD_COMPONENT_COMMAND', {
    message: `${basename(program)} ${how}${said === '' ? '' : `: ${said}`}`,
    where: [program, ...args].join(' '),
    cause,
  })
}

/** The most important lines as one line: what could not be fetched, errors, the rest; at most `limit` characters. */
export function shorten(output: string, limit = 300): string {
  const lines = [...new Set(output.split('\n').map((line) => line.trim()))].filter((line) => line !== '')
  const weight = (line: string) =>
    /failed to fetch|resolving/i.test(line) ? 0 : /^(E|Err):|\b(FATAL|ERROR|PANIC):|error:/.test(line) ? 1 : 2
  const text = lines.sort((a, b) => weight(a) - weight(b)).join('; ')
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`
}
