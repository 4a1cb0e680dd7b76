import type { Alertmanager } from '../probes/alertmanager.ts'
import type { ProbeOptions } from '../probes/json.ts'
import { readLoadedRouting } from '../routing/config/read-routing.ts'
import type { Routing } from '../routing/routing.ts'

/** The routes that an Alertmanager has loaded; `undefined` when it does not answer, does not show them, or when they cannot be read. */
export async function loadedRouting(
  alertmanager: Pick<Alertmanager, 'status'>,
  options: ProbeOptions,
): Promise<Routing | undefined> {
  return (await readLoadedRoutes(alertmanager, options)).routing
}

/** The same, with the configuration in which they stand. */
export async function readLoadedRoutes(
  alertmanager: Pick<Alertmanager, 'status'>,
  options: ProbeOptions,
): Promise<LoadedRoutes> {
  let config: string | undefined
  try {
    config = (await alertmanager.status(options)).config
    return { config, routing: config === undefined ? undefined : readLoadedRouting(config).routing }
  } catch {
    options.signal?.throwIfAborted()
    return { config, routing: undefined }
  }
}

interface LoadedRoutes {
  config: string | undefined
  routing: Routing | undefined
}
