import { randomBytes } from 'node:crypto'
import { lstatSync } from 'node:fs'
import { chmod, link, lstat, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errorTable } from '../../../base/errors.ts'
import { readOrCreateSecret, readSecret } from '../../../base/files/files.ts'
import { IN_STATE, readOwnFile, refuseForeign } from '../../../base/files/own-files.ts'
import { FAULTABLE, faultsSecret, type SecretName } from '../../../stack/part.ts'

/** The state folder of a stack. */

export const stateErrors = errorTable({
  FD_STATE_FOLDER: {
    meaning: 'A folder cannot be the state folder of a stack, or what is there is not one',
    exit: 'usage',
  },
})

export const SECRET_NAMES: readonly SecretName[] = [
  'control',
  'responder',
  'maintenance',
  'webhook',
  'postgres',
  'redis',
  'grafana',
  ...FAULTABLE.map(faultsSecret),
  'prometheus',
  'alertmanager',
  'exporters',
]

/** All that a stack keeps, by name. `down --purge` removes these and nothing else. */
export const STATE_ENTRIES = {
  control: 'control.json',
  compose: 'compose.json',
  kubernetesFile: 'kubernetes.json',
  kubernetes: 'kubernetes',
  ledger: 'processes.json',
  ledgerSpare: 'processes.json.spare',
  halt: 'halt.json',
  underWay: 'running',
  config: 'config',
  scratch: 'scratch',
  data: 'data',
  logs: 'logs',
  journals: 'journals',
  loads: 'loads',
  secrets: 'secrets',
  lock: 'lock',
  turn: 'turn',
  id: 'id',
} as const

/** As root PostgreSQL runs as the user nobody, who must pass the folder and `data` to reach its own data; other users cannot read. */
const PASSABLE = 0o711
const CLOSED = 0o700

/** The folder with everything that a stack keeps. Two stacks in two folders share nothing. */
export class StateFolder {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  #at(entry: keyof typeof STATE_ENTRIES): string {
    return join(this.path, STATE_ENTRIES[entry])
  }

  /** Identity and API address of the control process; exists while one runs. */
  get control(): string {
    return this.#at('control')
  }
  /** The Compose project of the stack; exists while it runs in containers. */
  get compose(): string {
    return this.#at('compose')
  }
  /** Where the stack in a cluster is; exists until it is purged. */
  get kubernetesFile(): string {
    return this.#at('kubernetesFile')
  }
  /** Manifests of the stack in a cluster, and what drills on it need. */
  get kubernetes(): string {
    return this.#at('kubernetes')
  }
  /** Lasting name of the stack. */
  get id(): string {
    return this.#at('id')
  }
  /** Held by the control process. */
  get lock(): string {
    return this.#at('lock')
  }
  /** Held by the run that is under way on this stack. */
  get turn(): string {
    return this.#at('turn')
  }
  get ledger(): string {
    return this.#at('ledger')
  }
  get config(): string {
    return this.#at('config')
  }
  /** Emptied each time the stack comes up. */
  get scratch(): string {
    return this.#at('scratch')
  }
  get data(): string {
    return this.#at('data')
  }
  get journals(): string {
    return this.#at('journals')
  }
  get loads(): string {
    return this.#at('loads')
  }
  get logs(): string {
    return this.#at('logs')
  }
  /** One file a run or load that is under way. */
  get underWay(): string {
    return this.#at('underWay')
  }
  log(name: string): string {
    return join(this.logs, `${name}.log`)
  }
  /** Token of the workers of loads that share this folder. */
  get workerToken(): string {
    return join(this.#at('secrets'), 'load-workers')
  }
  secretFile(name: SecretName): string {
    return join(this.#at('secrets'), name)
  }

  /** Mode of the folder itself, and of `data`. */
  get mode(): number {
    return process.getuid?.() === 0 ? PASSABLE : CLOSED
  }

  /**
   * Refuses a folder that cannot be trusted. A folder that does not exist yet is accepted.
   * @throws FD_STATE_FOLDER when it is not a folder; FD_FILE_NOT_OURS when other users have, or may have, put files there
   */
  check(): void {
    let stat: ReturnType<typeof lstatSync>
    try {
      stat = lstatSync(this.path)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return
      throw this.refusal(`it cannot be looked at (${code})`, error)
    }
    if (stat.isSymbolicLink()) throw this.refusal('it is a symbolic link; name the folder itself')
    if (!stat.isDirectory()) throw this.refusal('it is no folder')
    refuseForeign(this.path, stat, { remedy: IN_STATE })
  }

  /** The stack's lasting id; `undefined` where no stack has kept anything yet. */
  knownId(): string | undefined {
    const id = readOwnFile(this.id, { remedy: IN_STATE })?.trim()
    return id !== undefined && /^[0-9a-f]{12}$/.test(id) ? id : undefined
  }

  /** The stack's lasting id, written at first use; when several processes write at once, the first one's counts for all. */
  async identify(): Promise<string> {
    const known = this.knownId()
    if (known !== undefined) return known
    const temporary = `${this.id}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
    try {
      await writeFile(temporary, randomBytes(6).toString('hex'), { mode: 0o600, flag: 'wx' })
      await link(temporary, this.id).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    } finally {
      await rm(temporary, { force: true })
    }
    const id = this.knownId()
    if (id === undefined) throw this.refusal('its file `id` holds something else than an id')
    return id
  }

  /** An existing secret; `undefined` before the first start. @throws FD_FILE_NOT_OURS, FD_SECRET_WEAK */
  secret(name: SecretName): string | undefined {
    return readSecret(this.secretFile(name))
  }

  /**
   * Makes the folders and generates the secrets that are missing; files that earlier versions left open to others are closed.
   * Returns the secrets and the stack's lasting id.
   */
  async prepare(): Promise<{ id: string; secrets: Record<SecretName, string> }> {
    await mkdir(dirname(this.path), { recursive: true })
    await this.#makeFolder(this.path, this.mode)
    await rm(this.scratch, { recursive: true, force: true })
    await this.makeRecords()
    for (const folder of [this.config, this.scratch, this.#at('secrets')]) await this.#makeFolder(folder, CLOSED)
    await this.#makeFolder(this.data, this.mode)
    const id = await this.identify()
    const entries = await Promise.all(
      SECRET_NAMES.map(async (name) => [name, await readOrCreateSecret(this.secretFile(name))] as const),
    )
    return { id, secrets: Object.fromEntries(entries) as Record<SecretName, string> }
  }

  /** Makes the folders that runs and loads write to as well, stack or no stack. */
  async makeRecords(): Promise<void> {
    for (const folder of [this.logs, this.journals, this.loads, this.underWay]) await this.#makeFolder(folder, CLOSED)
  }

  async #makeFolder(path: string, mode: number): Promise<void> {
    try {
      await mkdir(path, { mode })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const stat = await lstat(path)
    if (!stat.isDirectory()) throw this.refusal(`${path} is no folder`)
    refuseForeign(path, stat, { remedy: IN_STATE })
    if ((stat.mode & 0o7777) !== mode) await chmod(path, mode)
  }

  refusal(message: string, cause?: unknown) {
    return stateErrors.error('FD_STATE_FOLDER', {
      message: `no state folder: ${message}`,
      where: this.path,
      expected: 'a folder that firedrill up has made, an empty one, or a path where there is nothing yet',
      next: '--state FOLDER names another one',
      cause,
    })
  }
}
