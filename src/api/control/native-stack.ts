import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { defined } from '../../base/defined.ts'
import { componentNames, definitionOf } from '../../runtimes/native/components/all/components.ts'
import type { ResolvedComponent } from '../../runtimes/native/components/component.ts'
import { obtainOptional } from '../../runtimes/native/components/obtain-optional.ts'
import { findOptional, resolveComponents } from '../../runtimes/native/components/resolve.ts'
import type { ResolveEvent } from '../../runtimes/native/components/resolve-event.ts'
import { PortLedger } from '../../runtimes/native/process/ports.ts'
import { componentsOf, preparePrograms } from '../../runtimes/native/programs.ts'
import { NativeRuntime } from '../../runtimes/native/runtime.ts'
import { targetsFile } from '../../stack/render/discovery.ts'
import { describeStack } from '../../stack/topology.ts'
import type { StackView } from '../contract.ts'
import { LOOPBACK, readDoors } from './doors.ts'
import type { PrepareOptions, PrepareStack } from './prepared-stack.ts'
import { stackAccess } from './stack-access.ts'
import { withDashboards } from './with-dashboards.ts'

/** Prepares the stack as processes of this machine. */

const HOST = LOOPBACK
const CONSOLE_PORT = 8080
/** Prometheus rereads its target files at most every 5 s. */
const TARGETS_SETTLE_MS = 6_000

/**
 * The stack as processes of this machine: obtains the real components, prepares PostgreSQL and the ports.
 * @param serve How Firedrill starts itself as a service: `[node, firedrill.js, 'serve']`.
 */
export function nativeStack(serve: readonly [string, ...string[]], options: NativeStackOptions = {}): PrepareStack {
  return async (prepare) => {
    const { folder, profile, settings, signal, onProgress, notice, troubles } = prepare
    const doors = readDoors(options.listen)
    const { id, secrets } = await folder.prepare()
    const run = randomUUID()
    const grafana = await obtainGrafana(options.withGrafana ?? false, prepare)
    const topology = describeStack(profile, settings, grafana === undefined ? {} : await withDashboards(profile))
    const resolved = await resolveComponents(componentsOf(topology), {
      fetch: true,
      onEvent: (event) => onProgress({ kind: 'component', ...event }),
      ...defined({ signal }),
    })
    signal?.throwIfAborted()
    onProgress({ kind: 'step', text: 'preparing PostgreSQL and the ports' })
    const programs = await preparePrograms({
      resolved,
      serve,
      dataFolder: folder.data,
      postgresPassword: secrets.postgres,
      stackId: id,
      stateFolder: folder.path,
      ...defined({ signal }),
    })
    for (const text of programs.notices) notice(text)
    const replaced = (what: string, preferred: number, port: number) =>
      notice(`port ${preferred} is taken: ${what} listens on ${port} instead`)
    const ports = new PortLedger(HOST)
    const port = await ports.reserve(CONSOLE_PORT, [doors.host, ...doors.more])
    if (port !== CONSOLE_PORT) replaced('the console', CONSOLE_PORT, port)
    if (doors.readers === 'local') notice(openDoors(doors.urls(port)))
    const runtime = new NativeRuntime({
      topology,
      folder,
      secrets,
      externals: { control: { host: HOST, port } },
      ports,
      run,
      troubles,
      command: programs.command,
      onPortReplaced: replaced,
      drainMs: TARGETS_SETTLE_MS,
    })
    return {
      id,
      run,
      runtime,
      ...stackAccess(topology, secrets),
      outlivesControl: false,
      targetsFolder: join(folder.config, dirname(targetsFile(''))),
      folders: [folder.path, ...programs.folders],
      components: versionsOf(resolved),
      listen: { host: doors.host, port },
      listenAlso: doors.more.map((host) => ({ host, port })),
      readers: doors.readers,
      url: doors.urls(port)[0] ?? `http://${HOST}:${port}`,
      freePort: () => ports.release(port),
      close: () => ports.close(),
    }
  }
}

export interface NativeStackOptions {
  /** Whether Grafana is fetched where it is not installed. Default: no; an installed one always runs. */
  withGrafana?: boolean
  /** An address of this machine at which control answers other machines too. Default: none. */
  listen?: string
}

/** The stack comes up without Grafana as well, so what keeps it away is only noted. */
async function obtainGrafana(
  isWanted: boolean,
  { signal, onProgress, notice }: PrepareOptions,
): Promise<ResolvedComponent | undefined> {
  if (!isWanted) {
    const installed = await findOptional('grafana', defined({ signal }))
    if (installed === undefined) notice(`no Grafana here: ${definitionOf('grafana').optional}`)
    return installed
  }
  const onEvent = (event: ResolveEvent) => onProgress({ kind: 'component', ...event })
  const obtained = await obtainOptional('grafana', { onEvent, ...defined({ signal }) })
  if (!('reason' in obtained)) return obtained
  notice(`Grafana could not be fetched, and the stack runs without it: ${obtained.reason}`)
  return undefined
}

function openDoors(urls: readonly string[]): string {
  return `other machines reach the console at ${urls.join(', ')}: they need a link of firedrill open, and nothing is encrypted`
}

function versionsOf(resolved: Awaited<ReturnType<typeof resolveComponents>>): StackView['components'] {
  return Object.fromEntries(
    componentNames.flatMap((name) => {
      const component = resolved.get(name)
      return component === undefined ? [] : [[name, { version: component.version, source: component.source }]]
    }),
  )
}
