import type { Topology } from '../../../stack/part.ts'
import { kubernetesContext } from './context.ts'

/** Files that go into one ConfigMap. */
export interface ConfigMapPlan {
  name: string
  /** Paths, relative to the folder of configuration. */
  files: string[]
}

/**
 * Above this size a file has a ConfigMap of its own. `kubectl apply` writes each object a second time into an annotation of it, and
 * annotations are limited to 256 KiB.
 */
const BIG_BYTES = 16 * 1024

/** The files of a part that hold no secrets, with their text. */
export function configFilesOf(topology: Topology, part: string): Map<string, string> {
  const files = topology.files.filter((file) => file.part === part && !file.secret)
  return new Map(files.map((file) => [file.name, file.render(kubernetesContext(topology, part))]))
}

/** How the files of a part are put into ConfigMaps. */
export function planConfigMaps(part: string, files: ReadonlyMap<string, string>): ConfigMapPlan[] {
  const isBig = (text: string) => Buffer.byteLength(text) > BIG_BYTES
  const small = [...files].filter(([, text]) => !isBig(text)).map(([name]) => name)
  const big = [...files].filter(([, text]) => isBig(text)).map(([name]) => name)
  return [
    ...(small.length === 0 ? [] : [{ name: `${part}-config`, files: small }]),
    ...big.map((file) => ({ name: configMapName(part, file), files: [file] })),
  ]
}

/** "grafana/dashboards/overview.json" of grafana as "grafana-dashboards-overview". */
function configMapName(part: string, file: string): string {
  const own = file.replace(/\.[^./]*$/, '').replaceAll(/[^a-z0-9]+/g, '-')
  return own.startsWith(`${part}-`) ? own : `${part}-${own}`
}
