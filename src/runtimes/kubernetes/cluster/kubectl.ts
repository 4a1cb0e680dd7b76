import { execa } from 'execa'
import { visibleLine } from '../../../base/text/visible.ts'
import { clusterErrors } from '../errors.ts'

/** The command line of kubectl. */

/** Bound of one call, in milliseconds: it deletes and waits, or applies some hundred objects to a cluster that is far away. */
const WITHIN_MS = 5 * 60_000
/** Lines of what it prints that stand in the error when it fails. */
const LAST_LINES = 5

export interface KubectlOptions {
  env: NodeJS.ProcessEnv
  signal?: AbortSignal | undefined
  /** Called with each line that it prints. */
  onLine?(line: string): void
}

/** Runs kubectl in a context to its end. No shell reads its arguments. @throws FD_CLUSTER_KUBECTL with the end of what it printed */
export async function runKubectl(
  context: string,
  args: readonly string[],
  { env, signal, onLine }: KubectlOptions,
): Promise<void> {
  const last: string[] = []
  const child = execa('kubectl', [`--context=${context}`, ...args], {
    env,
    extendEnv: false,
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: WITHIN_MS,
    buffer: false,
    ...(signal === undefined ? {} : { cancelSignal: signal, forceKillAfterDelay: 10_000 }),
  })
  for await (const line of child.iterable({ from: 'all' })) {
    last.push(visibleLine(line))
    if (last.length > LAST_LINES) last.shift()
    onLine?.(line)
  }
  const { failed, timedOut, exitCode } = await child
  signal?.throwIfAborted()
  if (!failed) return
  const [verb] = args
  throw clusterErrors.error('FD_CLUSTER_KUBECTL', {
    message: timedOut ? `kubectl ${verb} did not end within ${WITHIN_MS / 60_000} minutes` : `kubectl ${verb} failed`,
    where: `context ${context}`,
    given: last.length === 0 ? `exit code ${exitCode ?? 'none'}` : last.join('\n            '),
    next: 'mend what it names and run the same again: what is there already stays',
  })
}
