import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { defined } from '../../base/defined.ts'
import { componentNames, definitionOf } from '../../runtimes/native/components/all/components.ts'
import { findOptional, resolveComponents } from '../../runtimes/native/components/resolve.ts'
import { PortLedger } from '../../runtimes/native/process/ports.ts'
import { componentsOf, preparePrograms } from '../../runtimes/native/programs.ts'
import { NativeRuntime } from '../../runtimes/native/runtime.ts'
import { targetsFile } from '../../stack/render/prometheus.ts'
import { describeStack } from '../../stack/topology.ts'
import type { StackView } from '../contract.ts'
import type { PrepareStack } from './prepared-stack.ts'
import { stackAccess } from './stack-access.ts'
import { withDashboards } from './with-dashboards.ts'

/** Prepares the stack as processes of this machine. */

const HOST = '127.0.0.1'
const CONSOLE_PORT = 8080
/** Prometheus rereads its target files at most every 5 s. */
const TARGETS_SETTLE_MS = 6_000

/**
 * The stack as processes of this machine: obtains the real components, prepares PostgreSQL and the ports.
 * @param serve How Firedrill starts itself as a service: `[node, firedrill.js, 'serve']`.
 */
export function nativeStack(serve: readonly [string, ...string[]]): PrepareStack {
  return async ({ folder, profile, settings, signal, onProgress, notice, troubles }) => {
    const { id, secrets } = await folder.prepare()
    const run = randomUUID()
    const grafana = await findOptional('grafana', signal === undefined ? {} : { signal })
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
    if (grafana === undefined) notice(`no Grafana here: ${definitionOf('grafana').optional} (see firedrill doctor)`)
    const replaced = (what: string, preferred: number, port: number) =>
      notice(`port ${preferred} is taken: ${what} listens on ${port} instead`)
    const ports = new PortLedger(HOST)
    const port = await ports.reserve(CONSOLE_PORT)
    if (port !== CONSOLE_PORT) replaced('the console', CONSOLE_PORT, port)
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
      listen: { host: HOST, port },
      url: `http://${HOST}:${port}`,
      freePort: () => ports.release(port),
      close: () => ports.close(),
    }
  }
}

function versionsOf(resolved: Awaited<ReturnType<typeof resolveComponents>>): StackView['components'] {
  return Object.fromEntries(
    componentNames.flatMap((name) => {
      const component = resolved.get(name)
      return component === undefined ? [] : [[name, { version: component.version, source: component.source }]]
    }),
  )
}
