import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa, type Options, type ResultPromise } from 'execa'
import type { StackView } from '../../src/api/contract.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = join(root, 'bin', 'firedrill.js')

type CliOptions = { reject: false; stdin: 'ignore'; all: true }

/** One stack folder, driven as a person would: through the command line. */
export class FiredrillFolder {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async create(): Promise<FiredrillFolder> {
    return new FiredrillFolder(await mkdtemp(join(tmpdir(), 'fd-e2e-')))
  }

  /** Runs a command to its end, whatever its exit code. */
  run(args: readonly string[], options: Options = {}): ResultPromise<CliOptions> {
    return execa(process.execPath, [bin, ...args, '--state', this.path], {
      ...options,
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

  async remove(): Promise<void> {
    await this.run(['down'])
    await rm(this.path, { recursive: true, force: true })
  }
}

export function replicaOf(stack: StackView, id: string) {
  const replica = stack.services.flatMap((service) => service.replicas).find((one) => one.id === id)
  if (replica === undefined) throw new Error(`no replica ${id}`)
  return { ...replica, url: `http://${replica.address.host}:${replica.address.port}` }
}

export function pidsOf(stack: StackView): number[] {
  return stack.services.flatMap((service) => service.replicas.flatMap((replica) => replica.pid ?? []))
}
