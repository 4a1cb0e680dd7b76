import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlClient } from '../../src/api/client/client.ts'
import { connectControl } from '../../src/api/client/connect-control.ts'
import { connectSystem, readAccess } from '../../src/api/client/connect-system.ts'
import type { StackView } from '../../src/api/contract.ts'
import { startDetached } from '../../src/api/stack/start-detached.ts'
import { stopStack } from '../../src/api/stack/stop-stack.ts'
import type { SystemUnderDrill } from '../../src/drills/system.ts'
import { Prometheus } from '../../src/probes/prometheus.ts'
import { purge } from '../../src/runtimes/native/state/purge.ts'
import { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'

export interface BenchStack {
  folder: StateFolder
  control: ControlClient
  system: SystemUnderDrill
  prometheus: Prometheus
  view: StackView
  upMs: number
  stop(): Promise<void>
}

/** Brings a stack up in a folder of its own, as `firedrill up --detach` does. */
export async function startStack(profile: string, path?: string): Promise<BenchStack> {
  const own = path ?? (await temporaryFolder())
  const folder = new StateFolder(own)
  const sinceMs = performance.now()
  const view = await startDetached(folder, { profile, signal: new AbortController().signal, relay: () => undefined })
  const upMs = performance.now() - sinceMs
  return {
    folder,
    control: await connectControl(folder),
    system: await connectSystem(folder),
    prometheus: new Prometheus(urlOf(view, 'prometheus'), (await readAccess(folder)).prometheus),
    view,
    upMs,
    stop: async () => {
      await stopStack(folder)
      if (path === undefined) await purge(folder)
    },
  }
}

/**
 * For measurements of the services alone, on every endpoint: /risky fails on purpose, and many requests to it make the alert on
 * errors fire, so that the responder would restart the store in the middle.
 */
export async function keepResponderOff(stack: BenchStack, forMs: number): Promise<void> {
  await stack.control.maintain('*', forMs, 'a benchmark measures the services')
}

/** How often a replica was restarted since the stack came up: 0 in a measurement of the services alone. */
export async function restartsOf(stack: BenchStack): Promise<number> {
  const { services } = await stack.control.stack()
  return services.flatMap(({ replicas }) => replicas).reduce((sum, { restarts }) => sum + restarts, 0)
}

export function urlOf(view: StackView, part: string): string {
  const address = view.services.find((service) => service.name === part)?.replicas[0]?.address
  if (address === undefined) throw new Error(`the stack has no ${part}`)
  return `http://${address.host}:${address.port}`
}

/** Passable, as a clone in an ordinary folder is, so that PostgreSQL's user can reach its data when we are root. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'fd-bench-'))
  await chmod(path, 0o755)
  return path
}
