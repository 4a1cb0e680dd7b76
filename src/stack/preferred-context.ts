import { type Address, type Context, preferredPortOf, type Topology } from './part.ts'
import { renderTargets } from './render/targets.ts'

/** The context of parts that no runtime runs: for files that are only rendered. */

const HOST = '127.0.0.1'
const CONTROL_PORT = 8080

/** A context to render files from without a runtime: preferred ports, made-up paths, no secrets. */
export function preferredContext(topology: Topology, part: string): Context {
  const address = (name: string): Address => {
    const port = topology.externals.includes(name) ? CONTROL_PORT : preferredPortOf(topology.parts, name)
    if (port === undefined) throw new Error(`no part "${name}" in the topology`)
    return { host: HOST, port }
  }
  return {
    run: 'RUN',
    address,
    url: (name) => `http://${HOST}:${address(name).port}`,
    listen: (listener) => address(listener === undefined ? part : `${part}/${listener}`),
    volume: (name) => `/var/lib/firedrill/${name}`,
    scratch: (name) => `/run/firedrill/${name}`,
    file: (name) => `/etc/firedrill/${name}`,
    secret: (name) => `SECRET-${name}`,
    secretFile: (name) => `/etc/firedrill/secrets/${name}`,
  }
}

/** Every configuration file of the stack, by name, with one replica of each part. */
export function renderAll(topology: Topology): Map<string, string> {
  const files = new Map(topology.files.map((file) => [file.name, file.render(preferredContext(topology, file.part))]))
  const replicas = (name: string) => [{ id: `${name}-1`, address: preferredContext(topology, name).listen() }]
  for (const [name, content] of renderTargets(topology.parts, replicas)) files.set(name, content)
  return files
}
