import type { Alertmanager } from '../probes/alertmanager.ts'
import type { ProbeOptions } from '../probes/json.ts'
import { readLoadedRouting } from '../routing/config/read-routing.ts'
import type { Routing } from '../routing/routing.ts'

/** The routes that an Alertmanager has loaded; `undefined` when it does not answer, does not show them, or when they cannot be read. */
export async function loadedRouting(
  alertmanager: Pick<Alertmanager, 'status'>,
  options: ProbeOptions,
): Promise<Routing | undefined> {
  try {
    const { config } = await alertmanager.status(options)
    return config === undefined ? undefined : readLoadedRouting(config).routing
  } catch {
    options.signal?.throwIfAborted()
    return undefined
  }
}
