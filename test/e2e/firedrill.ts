import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, type Options, type ResultPromise } from 'execa'
import { readAccess } from '../../src/api/client/connect-system.ts'
import type { StackView } from '../../src/api/contract.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const bin = join(root, 'bin', 'firedrill.js')

type CliOptions = { reject: false; stdin: 'ignore'; all: true }

/** One stack folder, driven as a person would: through the command line. */
export class FiredrillFolder {
  readonly path: string
  /** Variables of every command, besides those of this process. */
  env: NodeJS.ProcessEnv = {}

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<FiredrillFolder> {
    const path = await mkdtemp(join(tmpdir(), 'fd e2e-'))
    // As a clone in an ordinary folder would be: passable, so that PostgreSQL's user can reach its data when we are root.
    await chmod(path, 0o755)
    return new FiredrillFolder(path)
  }

  /** One in a folder that is there already, and is somebody else's to remove. */
  static at(path: string): FiredrillFolder {
    return new FiredrillFolder(path)
  }

  /** Runs a command to its end, whatever its exit code. */
  run(args: readonly string[], options: Options = {}): ResultPromise<CliOptions> {
    return execa(process.execPath, [bin, ...args, '--state', this.path], {
      ...options,
      env: { ...this.env, ...options.env },
      cwd: root,
      reject: false,
      stdin: 'ignore',
      all: true,
    } as CliOptions)
  }

  async json<T>(args: readonly string[]): Promise<T> {
    const { stdout, stderr } = await this.run([...args, '--json'])
    try {
      return JSON.parse(stdout) as T
    } catch {
      throw new Error(`${args.join(' ')} did not print JSON: ${stdout}\n${stderr}`)
    }
  }

  async up(): Promise<StackView> {
    const result = await this.run(['up', '--detach'])
    if (result.exitCode !== 0) throw new Error(`up failed: ${result.all}`)
    return this.stack()
  }

  stack(): Promise<StackView> {
    return this.json<StackView>(['status'])
  }

  token(name: string): Promise<string> {
    return readFile(join(this.path, 'secrets', name), 'utf8')
  }

  /** Collects what a command prints until a line holds `text`, then calls `then`; resolves when the command has ended. */
  async runUntil(
    args: readonly string[],
    text: string,
    then: (kill: (signal: NodeJS.Signals) => void) => Promise<void> | void,
  ) {
    const running = this.run(args)
    const printed: string[] = []
    let reached: Promise<void> | undefined
    running.all.on('data', (chunk: Buffer) => {
      printed.push(chunk.toString())
      if (reached === undefined && printed.join('').includes(text)) {
        reached = Promise.resolve(then((signal) => void running.kill(signal)))
      }
    })
    const { exitCode } = await running
    await reached
    return { exitCode, printed: printed.join(''), reached: reached !== undefined }
  }

  async remove(): Promise<void> {
    await this.run(['down', '--purge'])
    await rm(this.path, { recursive: true, force: true })
  }
}

export function replicaOf(stack: StackView, id: string) {
  const replica = stack.services.flatMap((service) => service.replicas).find((one) => one.id === id)
  if (replica === undefined) throw new Error(`no replica ${id}`)
  return { ...replica, url: `http://${replica.address.host}:${replica.address.port}` }
}

/** Of a replica that runs now: a signal to "no pid" would be one to this whole group of processes. */
export function pidOf(stack: StackView, id: string): number {
  const { pid, state } = replicaOf(stack, id)
  if (pid === undefined) throw new Error(`${id} is ${state}: it has no pid`)
  return pid
}

export function pidsOf(stack: StackView): number[] {
  return stack.services.flatMap((service) => service.replicas.flatMap((replica) => replica.pid ?? []))
}

/** What Prometheus or Alertmanager answers to who has the password that lies in the state folder. */
export async function askMonitoring<T>(
  stack: StackView,
  part: 'prometheus' | 'alertmanager',
  path: string,
): Promise<T> {
  const { authorization = '' } = (await readAccess(new StateFolder(stack.folder)))[part]
  const answer = await fetch(replicaOf(stack, `${part}-1`).url + path, { headers: { authorization } })
  return (await answer.json()) as T
}

/** What Prometheus would page for: neither the Watchdog and its like, nor that this machine is busy with tests. */
export async function pagingAlerts(stack: StackView): Promise<string[]> {
  const { data } = await askMonitoring<{ data: { alerts: { labels: Record<string, string>; state: string }[] } }>(
    stack,
    'prometheus',
    '/api/v1/alerts',
  )
  return data.alerts
    .filter(({ labels, state }) => state === 'firing' && labels.severity !== 'none' && labels.service !== 'host')
    .map(({ labels }) => `${labels.alertname} ${labels.instance ?? labels.service}`)
}
