import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { formatDuration } from '../base/duration.ts'
import { done, notYet, waitUntil } from '../base/wait.ts'
import { Prometheus } from '../probes/prometheus.ts'
import { type ComponentName, componentNames } from '../runtimes/native/components/components.ts'
import { resolveComponents } from '../runtimes/native/components/resolve.ts'
import { PortLedger } from '../runtimes/native/ports.ts'
import { componentsOf, preparePrograms } from '../runtimes/native/programs.ts'
import { NativeRuntime } from '../runtimes/native/runtime.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'
import type { RuntimeEvent } from '../runtimes/runtime.ts'
import type { Profile } from '../stack/profile.ts'
import type { StackSettings } from '../stack/settings.ts'
import { describeStack } from '../stack/topology.ts'
import { ActiveFaults } from './active-faults.ts'
import type { StackView } from './contract.ts'
import { claimControl } from './control-file.ts'
import { createControlServer } from './control-server.ts'
import { apiErrors } from './errors.ts'

const HOST = '127.0.0.1'
const CONSOLE_PORT = 8080
/** Prometheus' own discovery takes 5 s; a slow machine may take several times that. */
const SCRAPED_WITHIN_MS = 45_000
/** Prometheus rereads its target files at most every 5 s. */
const TARGETS_SETTLE_MS = 6_000

/** What happens while the stack comes up, for those who show it. */
export type Progress =
  | { kind: 'component'; component: ComponentName; step: string; detail: string }
  | { kind: 'part'; event: RuntimeEvent }
  | { kind: 'notice'; text: string }
  | { kind: 'step'; text: string; tookMs?: number }

export interface ControlOptions {
  folder: StateFolder
  profile: Profile
  /** Where people are told. Default: nowhere. */
  settings?: StackSettings
  version: string
  /** How Firedrill starts itself as a service: `[node, firedrill.js, 'serve']`. */
  serve: readonly [string, ...string[]]
  /** Folder of the built console. */
  consoleFolder: string
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
  const { folder, profile, version, serve, consoleFolder, signal, onProgress = () => undefined } = options
  const startedAtMs = Date.now()
  // First of all: nothing may be touched in the folder of a stack that is up.
  const claim = await claimControl(folder)
  const cleanUp: (() => Promise<unknown>)[] = [claim.release]
  const down = once(async () => {
    for (const step of cleanUp.reverse()) await step()
  })
  try {
    const { id, secrets } = await folder.prepare()
    const run = randomUUID()
    const topology = describeStack(profile, options.settings)
    const resolved = await resolveComponents(componentsOf(topology), {
      fetch: true,
      onEvent: (event) => onProgress({ kind: 'component', ...event }),
      ...(signal === undefined ? {} : { signal }),
    })
    signal?.throwIfAborted()
    onProgress({ kind: 'step', text: 'preparing PostgreSQL and the ports' })
    const programs = await preparePrograms({
      resolved,
      serve,
      dataFolder: folder.data,
      postgresPassword: secrets.postgres,
      stackId: id,
      ...(signal === undefined ? {} : { signal }),
    })
    const notices: string[] = []
    const notice = (text: string) => {
      notices.push(text)
      onProgress({ kind: 'notice', text })
    }
    for (const text of programs.notices) notice(text)
    const replaced = (what: string, preferred: number, port: number) =>
      notice(`port ${preferred} is taken: ${what} listens on ${port} instead`)
    const ports = new PortLedger(HOST)
    cleanUp.push(() => ports.close())
    const port = await ports.reserve(CONSOLE_PORT)
    if (port !== CONSOLE_PORT) replaced('the console', CONSOLE_PORT, port)
    const url = `http://${HOST}:${port}`

    const runtime = new NativeRuntime({
      topology,
      folder,
      secrets,
      externals: { control: { host: HOST, port } },
      ports,
      run,
      command: programs.command,
      onPortReplaced: replaced,
      drainMs: TARGETS_SETTLE_MS,
    })
    runtime.onEvent((event) => onProgress({ kind: 'part', event }))
    const faults = new ActiveFaults(runtime)
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
      components: Object.fromEntries(
        componentNames.flatMap((name) => {
          const component = resolved.get(name)
          return component === undefined ? [] : [[name, { version: component.version, source: component.source }]]
        }),
      ),
      notices,
      lastSequence: runtime.events().at(-1)?.sequence ?? 0,
      services: runtime.services(),
    })

    let askForDown: () => void = () => undefined
    const downRequested = new Promise<void>((resolve) => {
      askForDown = resolve
    })
    const server = createControlServer({
      runtime,
      faults,
      tokens: { operator: secrets.control, responder: secrets.responder },
      view,
      down: () => askForDown(),
      logger: pino({ level: 'warn' }, pino.destination(2)),
      consoleFolder,
    })
    cleanUp.push(() => server.close())
    cleanUp.push(async () => {
      state = 'stopping'
      faults.forget()
      await runtime.down()
    })
    await ports.release(port)
    await server.listen({ host: HOST, port })
    await claim.publish(url)

    await runtime.up(signal)
    const healthyMs = Date.now()
    onProgress({ kind: 'step', text: 'every part is healthy; waiting for the first scrape of every target' })
    await waitUntilScraped(view(), signal)
    onProgress({ kind: 'step', text: 'Prometheus sees every target', tookMs: Date.now() - healthyMs })
    state = 'up'
    return { view, downRequested, down }
  } catch (error) {
    await down()
    throw error
  }
}

/** Waits until Prometheus has scraped every target and has found its Alertmanager: before that, no fault would be seen. */
async function waitUntilScraped(view: StackView, signal: AbortSignal | undefined): Promise<void> {
  const address = view.services.find((service) => service.name === 'prometheus')?.replicas[0]?.address
  if (address === undefined) return
  const prometheus = new Prometheus(`http://${address.host}:${address.port}`)
  const options = { timeoutMs: 2_000, ...(signal === undefined ? {} : { signal }) }
  try {
    await waitUntil(
      async () => {
        const targets = await prometheus.targets(options)
        const missing = targets
          .filter((target) => !target.up)
          .map(({ labels, lastError }) => `${labels.instance} ${lastError}`)
        if (targets.length === 0) return notYet('no target discovered yet')
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
