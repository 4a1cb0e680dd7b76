import type { ControlClient } from '../api/client/client.ts'
import type { Journal } from '../drills/journal/journal.ts'
import { annotationsOf, writeAnnotations } from '../reporters/grafana.ts'
import type { StateFolder } from '../runtimes/native/state/state-folder.ts'

/** Marks a run on the graphs of the stack's Grafana; does nothing where there is no Grafana. @throws FD_GRAFANA_ANNOTATIONS */
export async function annotateGrafana(folder: StateFolder, control: ControlClient, journal: Journal): Promise<void> {
  const { services } = await control.stack()
  const address = services.find((service) => service.name === 'grafana')?.replicas[0]?.address
  const password = folder.secret('grafana')
  if (address === undefined || password === undefined) return
  await writeAnnotations(
    { url: `http://${address.host}:${address.port}`, user: 'admin', password },
    annotationsOf(journal),
  )
}
