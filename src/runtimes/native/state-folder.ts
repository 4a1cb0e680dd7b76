import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readIfThere, readOrCreateSecret, writeAtomically } from '../../base/files.ts'
import { FAULTABLE, faultsSecret, type SecretName } from '../../stack/part.ts'

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

/** The folder that holds all a stack keeps. Two stacks in two folders have nothing in common. */
export class StateFolder {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  /** Identity and API address of the control process; there while one runs. */
  get control(): string {
    return join(this.path, 'control.json')
  }
  /** Lasting name of the stack. */
  get id(): string {
    return join(this.path, 'id')
  }
  get ledger(): string {
    return join(this.path, 'processes.json')
  }
  get config(): string {
    return join(this.path, 'config')
  }
  /** Emptied each time the stack comes up. */
  get scratch(): string {
    return join(this.path, 'scratch')
  }
  get data(): string {
    return join(this.path, 'data')
  }
  get journals(): string {
    return join(this.path, 'journals')
  }
  get logs(): string {
    return join(this.path, 'logs')
  }
  log(name: string): string {
    return join(this.logs, `${name}.log`)
  }
  secretFile(name: SecretName): string {
    return join(this.path, 'secrets', name)
  }

  /** The stack's lasting id, written down at first use: it makes the folder one of ours. */
  async identify(): Promise<string> {
    const known = (await readIfThere(this.id))?.trim()
    if (known !== undefined && /^[0-9a-f]{12}$/.test(known)) return known
    const id = randomBytes(6).toString('hex')
    await writeAtomically(this.id, id)
    return id
  }

  /** Makes the folders and generates the secrets that are missing. Returns the secrets and the stack's lasting id. */
  async prepare(): Promise<{ id: string; secrets: Record<SecretName, string> }> {
    await mkdir(this.path, { recursive: true })
    for (const folder of [this.config, this.data, this.journals, join(this.path, 'logs')])
      await mkdir(folder, { recursive: true })
    await mkdir(join(this.path, 'secrets'), { recursive: true, mode: 0o700 })
    await rm(this.scratch, { recursive: true, force: true })
    await mkdir(this.scratch)
    const id = await this.identify()
    const entries = await Promise.all(
      SECRET_NAMES.map(async (name) => [name, await readOrCreateSecret(this.secretFile(name))] as const),
    )
    return { id, secrets: Object.fromEntries(entries) as Record<SecretName, string> }
  }
}
