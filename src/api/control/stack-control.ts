import type { Logger } from 'pino'
import { defined } from '../../base/defined.ts'
import type { HttpServer } from '../../base/http/http-server.ts'
import type { Troubles } from '../../base/system/troubles.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Profile } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import type { Metrics } from '../../telemetry/metrics.ts'
import { ChildCommands } from '../commands/child-commands.ts'
import type { StackView } from '../contract.ts'
import { ActiveFaults } from '../injector/active-faults.ts'
import { ExtraRules } from '../injector/extra-rules.ts'
import { meterFaults } from '../injector/fault-metrics.ts'
import { Halting } from '../injector/halting.ts'
import { createControlServer } from '../server/control-server.ts'
import { MonitoringLink } from '../server/monitoring/monitoring-link.ts'
import type { PreparedStack, Progress } from './prepared-stack.ts'
import { StoreWatch } from './store-watch.ts'
import { waitUntilScraped } from './wait-until-scraped.ts'

/** What control holds of a stack: its faults, its state and the server of the API. The stack may run or not. */
export class StackControl {
  readonly server: HttpServer
  /** Resolves when the API was asked to take the stack down. */
  readonly downRequested: Promise<void>
  readonly #stack: PreparedStack
  readonly #context: StackControlContext
  readonly #rules: ExtraRules
  readonly #halting: Halting
  readonly #faults: ActiveFaults
  readonly #commands: ChildCommands | undefined
  readonly #storeWatch: StoreWatch | undefined
  #state: StackView['state'] = 'starting'

  constructor(stack: PreparedStack, context: StackControlContext) {
    const { folder, profile, settings, metrics, logger, consoleFolder, program } = context
    const { runtime, authorizations } = stack
    this.#stack = stack
    this.#context = context
    this.#rules = new ExtraRules(stack.targetsFolder, runtime)
    this.#halting = new Halting(new Lever(folder.path))
    this.#faults = new ActiveFaults({
      runtime,
      tokenOf: stack.faultTokenOf,
      authorizations,
      listener: meterFaults(metrics),
      rules: this.#rules,
      refuse: () => this.#halting.refuse(),
    })
    this.#commands = program && new ChildCommands({ program, statePath: folder.path })
    if (settings?.metricsStore !== undefined) {
      const link = new MonitoringLink(runtime, authorizations, settings.metricsStore)
      this.#storeWatch = new StoreWatch(() => link.prometheus, context.troubles)
    }
    let askForDown: () => void = () => undefined
    this.downRequested = new Promise((resolve) => {
      askForDown = resolve
    })
    this.server = createControlServer({
      runtime,
      faults: this.#faults,
      halting: this.#halting,
      tokens: stack.tokens,
      maintenanceToken: stack.maintenanceToken,
      ...defined({ readers: stack.readers }),
      metrics,
      profile,
      situation: { folder, authorizations, settings },
      parts: {
        links: stack.links,
        authorizations,
        exporterScrapeMs: profile.timing.exporterScrapeMs,
        runsHere: !stack.outlivesControl,
      },
      ...defined({ commands: this.#commands }),
      view: () => this.view(),
      down: () => askForDown(),
      logger,
      consoleFolder,
    })
  }

  view(): StackView {
    const { id, run, runtime, url, components } = this.#stack
    const { folder, profile, version, startedAtMs, notices, troubles } = this.#context
    return {
      id,
      run,
      state: this.#state,
      profile: profile.name,
      runtime: runtime.name,
      version,
      pid: process.pid,
      startedAtMs,
      url,
      folder: folder.path,
      components,
      notices,
      troubles: troubles.list(),
      halted: this.#halting.view(),
      lastSequence: runtime.events().at(-1)?.sequence ?? 0,
      faults: this.#faults.list(),
      services: runtime.services(),
    }
  }

  /** Starts every part; resolves when all are healthy and Prometheus has scraped every target. */
  async bringUp(signal: AbortSignal | undefined, onProgress: (progress: Progress) => void): Promise<void> {
    const hadRules = await this.#rules.forgetAll()
    await this.#stack.runtime.up(signal)
    if (hadRules) await this.#rules.reload()
    const healthyMs = Date.now()
    onProgress({ kind: 'step', text: 'every part is healthy; waiting for the first scrape of every target' })
    await this.#untilScraped(signal)
    onProgress({ kind: 'step', text: 'Prometheus sees every target', tookMs: Date.now() - healthyMs })
    this.#storeWatch?.start()
    this.#state = 'up'
  }

  /** Undoes every fault and stops every part, unless the parts are to run on. */
  async takeDown({ keepParts }: { keepParts: boolean }): Promise<void> {
    this.#state = 'stopping'
    this.#storeWatch?.stop()
    // While faults can still be lifted, and settings put back, by those that they end.
    await this.#commands?.close()
    await this.#faults.close()
    if (!keepParts) await this.#stack.runtime.down()
  }

  async #untilScraped(signal: AbortSignal | undefined): Promise<void> {
    const address = this.view().services.find(({ name }) => name === 'prometheus')?.replicas[0]?.address
    if (address === undefined) return
    const authorization = this.#stack.authorizations.get('prometheus')
    const prometheus = new Prometheus(`http://${address.host}:${address.port}`, { authorization })
    const { scraped } = this.#stack
    await waitUntilScraped(
      { prometheus, scraped, withinMs: SCRAPED_WITHIN_MS, logs: 'firedrill logs prometheus' },
      signal,
    )
  }
}

export interface StackControlContext {
  folder: StateFolder
  profile: Profile
  settings: StackSettings | undefined
  version: string
  /** When control began to bring it up. Epoch milliseconds. */
  startedAtMs: number
  /** What a person should know; texts may be added later. */
  notices: string[]
  troubles: Troubles
  metrics: Metrics
  logger: Logger
  /** Folder of the built console. */
  consoleFolder: string
  /** How Firedrill starts itself, for what the console starts. Missing: it starts nothing. */
  program?: readonly [string, ...string[]] | undefined
}

/** Prometheus' own discovery takes 5 s; a slow machine may take several times that. Milliseconds. */
const SCRAPED_WITHIN_MS = 45_000
