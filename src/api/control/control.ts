import { pino } from 'pino'
import { defined } from '../../base/defined.ts'
import { FiredrillError } from '../../base/errors.ts'
import { NEXT_ON_FULL_DISK, systemError, systemErrors } from '../../base/system/system-error.ts'
import { Troubles, troubleKinds } from '../../base/system/troubles.ts'
import { formatDuration } from '../../base/units/duration.ts'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { establish } from '../../runtimes/native/establish.ts'
import { Lever } from '../../runtimes/native/state/lever.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Profile } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { logDestination } from '../../telemetry/log-destination.ts'
import { Metrics } from '../../telemetry/metrics.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import { ActiveFaults } from '../injector/active-faults.ts'
import { ExtraRules } from '../injector/extra-rules.ts'
import { meterFaults } from '../injector/fault-metrics.ts'
import { Halting } from '../injector/halting.ts'
import { createControlServer } from '../server/control-server.ts'
import { claimControl } from '../stack-files/control-file.ts'
import { CapacityWatch } from './capacity-watch.ts'
import { catchUncaught } from './catch-uncaught.ts'
import type { PreparedStack, PrepareStack, Progress } from './prepared-stack.ts'
import { recordUnexpected } from './record-unexpected.ts'

/** Prometheus' own discovery takes 5 s; a slow machine may take several times that. */
const SCRAPED_WITHIN_MS = 45_000

export interface ControlOptions {
  folder: StateFolder
  profile: Profile
  /** What is judged, and where people are told. Default: nothing, nowhere. */
  settings?: StackSettings
  version: string
  /** On which kind of runtime. */
  prepare: PrepareStack
  /** Folder of the built console. */
  consoleFolder: string
  /** Whether nobody else may read what control and its parts write. Default: true; containers share files by their modes. */
  closed?: boolean
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

export interface Control {
  view(): StackView
  /** Resolves when someone asked for the stack to go down through the API. */
  downRequested: Promise<void>
  /** Stops everything in order. Safe to call twice. */
  down(): Promise<void>
}

/**
 * Brings the whole stack up and serves the control API. Resolves when every part is healthy and Prometheus has scraped
 * every target; on failure or abort, what was started is stopped first.
 */
export async function startControl(options: ControlOptions): Promise<Control> {
  const { folder, profile, version, prepare, consoleFolder, signal, onProgress = () => undefined } = options
  const startedAtMs = Date.now()
  // What is made from here on, by control and by all that it starts, is for this user alone.
  if (options.closed !== false) process.umask(0o077)
  await establish(folder)
  // First of all: nothing may be touched in the folder of a stack that is up.
  const claim = await claimControl(folder)
  const troubles = new Troubles()
  const metrics = new Metrics()
  const logger = pino({ level: 'warn' }, logDestination(2))
  const cleanUp: (() => unknown)[] = [catchUncaught(recordUnexpected(troubles, metrics, logger)), claim.release]
  let failed = false
  const down = once(() => everyOne(cleanUp.reverse()))
  let watch = new CapacityWatch([folder.path], troubles)
  try {
    const notices: string[] = []
    const notice = (text: string) => {
      notices.push(text)
      onProgress({ kind: 'notice', text })
    }
    const stack = await prepare({ folder, profile, settings: options.settings, signal, onProgress, notice, troubles })
    cleanUp.push(() => stack.close())
    const { id, run, runtime, url, listen } = stack
    runtime.onEvent((event) => onProgress({ kind: 'part', event }))
    for (const kind of troubleKinds) metrics.read('firedrill_trouble', { kind }, () => troubles.count(kind))
    watch = new CapacityWatch([folder.path, ...stack.folders], troubles)
    await watch.look()
    watch.start()
    cleanUp.push(() => watch.stop())
    const rules = new ExtraRules(stack.targetsFolder, runtime)
    const halting = new Halting(new Lever(folder.path))
    const faults = new ActiveFaults({
      runtime,
      tokenOf: stack.faultTokenOf,
      authorizations: stack.authorizations,
      listener: meterFaults(metrics),
      rules,
      refuse: () => halting.refuse(),
    })
    let state: StackView['state'] = 'starting'
    const view = (): StackView => ({
      id,
      run,
      state,
      profile: profile.name,
      runtime: runtime.name,
      version,
      pid: process.pid,
      startedAtMs,
      url,
      folder: folder.path,
      components: stack.components,
      notices,
      troubles: troubles.list(),
      halted: halting.view(),
      lastSequence: runtime.events().at(-1)?.sequence ?? 0,
      faults: faults.list(),
      services: runtime.services(),
    })

    let askForDown: () => void = () => undefined
    const downRequested = new Promise<void>((resolve) => {
      askForDown = resolve
    })
    const server = createControlServer({
      runtime,
      faults,
      halting,
      tokens: stack.tokens,
      maintenanceToken: stack.maintenanceToken,
      metrics,
      scrapeMs: profile.timing.scrapeMs,
      situation: { folder, authorizations: stack.authorizations, settings: options.settings },
      view,
      down: () => askForDown(),
      logger,
      consoleFolder,
    })
    cleanUp.push(() => server.close())
    cleanUp.push(async () => {
      state = 'stopping'
      await faults.close()
      if (failed && stack.outlivesControl) return
      await runtime.down()
    })
    await stack.freePort()
    await server.listen(listen)
    await claim.publish(`http://127.0.0.1:${listen.port}`)

    const hadRules = await rules.forgetAll()
    await runtime.up(signal)
    if (hadRules) await rules.reload()
    const healthyMs = Date.now()
    onProgress({ kind: 'step', text: 'every part is healthy; waiting for the first scrape of every target' })
    await waitUntilScraped(view(), stack, signal)
    onProgress({ kind: 'step', text: 'Prometheus sees every target', tookMs: Date.now() - healthyMs })
    state = 'up'
    return { view, downRequested, down }
  } catch (error) {
    failed = true
    await watch.look()
    const [full] = troubles.list().filter(({ kind }) => kind === 'disk')
    // Why it did not come up is what counts.
    await down().catch((left: unknown) => logger.error({ err: left }, 'not everything that was started could be ended'))
    throw explained(error, folder.path, full?.text)
  }
}

/** Says so where the system, or a full disk, is why the stack did not come up: parts that end for want of room seldom do. */
function explained(error: unknown, path: string, full: string | undefined): unknown {
  const reason = systemError(error, path)
  if (reason !== undefined || full === undefined || !(error instanceof FiredrillError)) return reason ?? error
  const { message, where, given } = error.details
  return systemErrors.error('FD_SYSTEM_DISK', {
    message: `${full}, and the stack did not come up: ${error.code} ${message}`,
    where: where ?? path,
    ...defined({ given }),
    next: NEXT_ON_FULL_DISK,
    cause: error,
  })
}

/** Takes every step, whatever becomes of those before it, and then fails as the first one that did. */
async function everyOne(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

/** Waits until Prometheus has scraped every target and has found its Alertmanager: before that, no fault would be seen. */
async function waitUntilScraped(
  view: StackView,
  { scraped, authorizations }: Pick<PreparedStack, 'scraped' | 'authorizations'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const address = view.services.find((service) => service.name === 'prometheus')?.replicas[0]?.address
  if (address === undefined) return
  const prometheus = new Prometheus(`http://${address.host}:${address.port}`, {
    authorization: authorizations.get('prometheus'),
  })
  const options = { timeoutMs: 2_000, ...defined({ signal }) }
  try {
    await waitUntil(
      async () => {
        const targets = await prometheus.targets(options)
        const missing = targets
          .filter((target) => !target.up)
          .map(({ labels, lastError }) => `${labels.instance} ${lastError}`)
        const seen = new Set(targets.map(({ labels }) => labels.service))
        const undiscovered = scraped.filter((name) => !seen.has(name))
        if (undiscovered.length > 0) return notYet(`not discovered yet: ${undiscovered.join(', ')}`)
        if (missing.length > 0) return notYet(`not scraped: ${missing.join(', ')}`)
        const alertmanagers = await prometheus.alertmanagers(options)
        return alertmanagers.length > 0 ? done(undefined) : notYet('no Alertmanager discovered yet')
      },
      { what: 'Prometheus to scrape every target', timeoutMs: SCRAPED_WITHIN_MS, intervalMs: 50, signal },
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw apiErrors.error('FD_STACK_NOT_SCRAPED', {
      message: `Prometheus did not see every target within ${formatDuration(SCRAPED_WITHIN_MS)}`,
      given: (error as { details?: { given?: string } }).details?.given ?? String(error),
      next: 'firedrill logs prometheus',
      cause: error,
    })
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined
  return () => {
    result ??= act()
    return result
  }
}
