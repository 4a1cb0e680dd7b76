import { execa } from 'execa'
import { type ExecResult, runtimeErrors } from '../runtime.ts'
import { childEnvironment } from './command.ts'

const TIMEOUT_MS = 30_000
const MAX_OUTPUT_BYTES = 1024 * 1024

/** Runs a program to its end with a replica's environment. @throws FD_RUNTIME_UNSUPPORTED when it did not run or was cut off */
export async function execute(
  [program, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
  replica: string,
): Promise<ExecResult> {
  const result = await execa(program, args, {
    env: childEnvironment(env),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  })
  if (result.exitCode === undefined) {
    throw runtimeErrors.error('FD_RUNTIME_UNSUPPORTED', {
      message: `${program} did not run: ${result.shortMessage}`,
      where: replica,
    })
  }
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr }
}
