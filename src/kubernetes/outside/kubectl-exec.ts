import { spawn } from 'node:child_process'
import { messageOf } from '../../base/errors.ts'
import { diesWithParent } from '../../base/system/command.ts'
import { visibleLine } from '../../base/text/visible.ts'
import { type ContainerPlace, type ExecOptions, type Executed, kubernetesErrors } from '../cluster.ts'
import { KeptText } from '../kept-text.ts'
import { checkName } from '../paths.ts'
import { MISSING } from './kubectl-proxy.ts'

/**
 * Runs a program in a container by `kubectl exec`: no shell reads the command.
 * @throws FD_KUBERNETES_CLIENT, FD_KUBERNETES_UNREACHABLE, FD_KUBERNETES_FORBIDDEN, FD_KUBERNETES_NOT_FOUND, FD_KUBERNETES_ANSWER
 */
export async function kubectlExec(
  { context, env }: { context: string; env: NodeJS.ProcessEnv },
  { container, command, options }: ExecRequest,
): Promise<Executed> {
  const { namespace, pod, container: name } = container
  const args = [
    `--context=${context}`,
    'exec',
    `--namespace=${checkName(namespace)}`,
    checkName(pod),
    ...(name === undefined ? [] : [`--container=${checkName(name)}`]),
    '--',
    ...command,
  ]
  const { code, stdout, stderr } = await run(args, env, options.timeoutMs ?? EXEC_MS)
  if (code === 0) return { code, stdout, stderr }
  // kubectl reports the exit code of the program so; without that line it is an error of its own.
  const [ending, ended] = /\n?command terminated with exit code (\d+)\s*$/.exec(stderr) ?? []
  if (ending !== undefined) return { code: Number(ended), stdout, stderr: stderr.slice(0, -ending.length) }
  throw failure(stderr, `kubectl exec in ${pod} of ${namespace}`)
}

interface ExecRequest {
  container: ContainerPlace
  command: readonly [string, ...string[]]
  options: ExecOptions
}

const EXEC_MS = 10_000

function run(args: readonly string[], env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Executed> {
  const { program, args: all } = diesWithParent({ program: 'kubectl', args: [...args], env: {} })
  return new Promise((resolve, reject) => {
    const child = spawn(program, all, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [stdout, stderr] = [new KeptText(), new KeptText()]
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, timeoutMs)
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      const message = error.code === 'ENOENT' ? MISSING : `kubectl cannot be started: ${messageOf(error)}`
      reject(kubernetesErrors.error('FD_KUBERNETES_CLIENT', { message, cause: error }))
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      if (!isLate) return resolve({ code: code ?? 1, stdout: stdout.text(), stderr: stderr.text() })
      const message = `kubectl exec has not ended within ${timeoutMs / 1_000} s`
      reject(kubernetesErrors.error('FD_KUBERNETES_UNREACHABLE', { message }))
    })
  })
}

function failure(stderr: string, where: string) {
  // What ends it with this process has not found it.
  if (/^setpriv: .*kubectl/.test(stderr))
    return kubernetesErrors.error('FD_KUBERNETES_CLIENT', { message: MISSING, where })
  const lines = stderr.trim().split('\n')
  const line = lines.findLast((one) => /^(error|Error)/.test(one)) ?? lines.at(-1) ?? ''
  const message = visibleLine(line.replace(/^error: /, '')).slice(0, 500) || 'kubectl exec failed'
  const [, reason = ''] = /^Error from server \((\w+)\)/.exec(line) ?? []
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : 'FD_KUBERNETES_ANSWER'
  return kubernetesErrors.error(known, { message, where })
}

const REASONS = {
  NotFound: 'FD_KUBERNETES_NOT_FOUND',
  Forbidden: 'FD_KUBERNETES_FORBIDDEN',
  Unauthorized: 'FD_KUBERNETES_FORBIDDEN',
  Conflict: 'FD_KUBERNETES_CONFLICT',
} as const
