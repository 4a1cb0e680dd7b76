import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import { extraRulesFile } from '../../stack/render/prometheus.ts'

/** Rules that faults add to Prometheus. */

const HOLDER = 'prometheus'
const suffix = basename(extraRulesFile('*')).slice(1)

/** Rule files that a fault puts beside the stack's own. Prometheus reads every one in the folder of its targets. */
export class ExtraRules {
  readonly #folder: string
  readonly #runtime: Pick<Runtime, 'kill'>

  /** `folder` is where the runtime keeps the files of targets. */
  constructor(folder: string, runtime: Pick<Runtime, 'kill'>) {
    this.#folder = folder
    this.#runtime = runtime
  }

  /** The part that reads them. */
  get part(): string {
    return HOLDER
  }

  /**
   * Writes the rules under that name, or removes them (`undefined`), and has Prometheus reload. While no Prometheus runs, rules are
   * removed but not written: it would read them at its start.
   */
  async load(name: string, yaml: string | undefined): Promise<void> {
    const path = join(this.#folder, basename(extraRulesFile(name)))
    if (yaml === undefined) {
      await rm(path, { force: true })
      await this.reload()
      return
    }
    await writeAtomically(path, yaml)
    try {
      await this.#reload()
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  /** Removes what a control that was killed has left. Returns whether there was anything: a running Prometheus must reload then. */
  async forgetAll(): Promise<boolean> {
    const names = await readdir(this.#folder).catch(() => [])
    const left = names.filter((name) => name.endsWith(suffix))
    for (const name of left) await rm(join(this.#folder, name), { force: true })
    return left.length > 0
  }

  /** Has Prometheus reload. One that does not run reads everything at its start. */
  async reload(): Promise<void> {
    await this.#reload().catch(() => undefined)
  }

  async #reload(): Promise<void> {
    await this.#runtime.kill({ service: HOLDER }, 'SIGHUP', 'fault')
  }
}
