import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import type { Runtime } from '../../runtimes/runtime.ts'
import { extraRulesFile } from '../../stack/render/prometheus.ts'

const HOLDER = 'prometheus'
const suffix = basename(extraRulesFile('*')).slice(1)

/** Rule files that a fault puts beside the stack's own. Prometheus reads whatever lies in the folder of its targets. */
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
   * Puts the rules under that name there, or takes them away (`undefined`), and has them read. A Prometheus that does not run
   * reads them when it starts: rules are not put where nobody runs, and taken away all the same.
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

  /** Takes away what a control that was killed has left. Returns whether there was anything: who runs already must reread. */
  async forgetAll(): Promise<boolean> {
    const names = await readdir(this.#folder).catch(() => [])
    const left = names.filter((name) => name.endsWith(suffix))
    for (const name of left) await rm(join(this.#folder, name), { force: true })
    return left.length > 0
  }

  /** Has everything read that lies there. Where no Prometheus runs, it is read at its start. */
  async reload(): Promise<void> {
    await this.#reload().catch(() => undefined)
  }

  async #reload(): Promise<void> {
    await this.#runtime.kill({ service: HOLDER }, 'SIGHUP', 'fault')
  }
}
