import { join, relative } from 'node:path'
import { stringify } from 'yaml'
import { TOKEN_HEADER } from '../../runtimes/kubernetes/gateway/gateway.ts'
import { undoAccess } from '../../runtimes/kubernetes/manifests/access.ts'
import { MAIN_PORT } from '../../runtimes/kubernetes/manifests/manifest.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { gateway } from '../../stack/parts/gateway.ts'

/** The description by which drills run on the stack in a cluster: its services are workloads, its monitoring is behind the gateway. Pure. */
export function kubernetesSystem(
  folder: Pick<StateFolder, 'kubernetes' | 'secretFile'>,
  { context, namespace, image, services }: StackInCluster,
): string {
  const token = { file: relative(folder.kubernetes, folder.secretFile('control')) }
  const behindGateway = (name: string) => ({
    kubernetes: { service: gateway.name, port: MAIN_PORT, path: `/${name}` },
    headersFrom: { [TOKEN_HEADER]: token },
  })
  const system = {
    name: 'firedrill',
    environment: 'lab',
    kubernetes: { context, namespace, image, serviceAccount: undoAccess.account },
    prometheus: behindGateway('prometheus'),
    alertmanager: behindGateway('alertmanager'),
    // Users are measured by control, which does not run in a cluster.
    alerts: { ignore: ['SLODataAbsent{slo="users"}'] },
    services: Object.fromEntries(
      services.map((name) => [name, { kubernetes: { workload: `deployment/${name}` }, labels: { service: name } }]),
    ),
  }
  return `${HEAD}${stringify(system, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

export interface StackInCluster {
  context: string
  namespace: string
  image: string
  services: readonly string[]
}

/** Where it is written. */
export function systemFileOf(folder: Pick<StateFolder, 'kubernetes'>): string {
  return join(folder.kubernetes, SYSTEM_FILE)
}

const HEAD = `# Written by "firedrill up --runtime kubernetes" at each start: copy it to change it.
`
