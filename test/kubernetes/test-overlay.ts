import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { describeKubernetesStack } from '../../src/api/control/kubernetes-stack.ts'
import { writeUserFile } from '../../src/base/files/user-output.ts'
import { renderKubernetes } from '../../src/runtimes/kubernetes/manifests/render.ts'
import type { Profile } from '../../src/stack/profile.ts'
import { defaultSettings } from '../../src/stack/settings.ts'
import { discovery, imageOf, overHttp } from './stack-in-pods.ts'

interface Workload {
  apiVersion: string
  kind: string
  metadata: { name: string }
  spec: {
    template: { spec: { containers: { name: string; image: string }[] } }
    volumeClaimTemplates?: { metadata: { name: string } }[]
  }
}

/**
 * A folder for `up --overlay`, as one who has neither a registry nor a StorageClass would write it: programs of this machine in the place of
 * images, volumes in memory, no Grafana, and another discovery, which Debian's Prometheus has none of.
 */
export async function overlayForTestCluster(
  profile: Profile,
  { namespace, components }: { namespace: string; components: string },
): Promise<string> {
  const settings = defaultSettings
  const base = renderKubernetes(await describeKubernetesStack(profile, settings), {
    namespace,
    policyApi: 'policy/v1beta1',
    settings,
  })
  const workloads = [...base]
    .filter(([name]) => /^[\w-]+\.yaml$/.test(name) && name !== 'kustomization.yaml')
    .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as Workload))
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind))
  const patches = workloads.flatMap((workload) => {
    const patch = patchOf(workload, components)
    return patch === undefined ? [] : [patch]
  })
  const inNamespace = (await discovery()).map((object) => {
    const { metadata, ...rest } = object as { metadata: object }
    return { ...rest, metadata: { ...metadata, namespace } }
  })
  const files = {
    'kustomization.yaml': stringify({
      // Kustomize of kubectl 1.20 does not know folders as resources yet.
      namespace,
      bases: ['../base'],
      resources: ['endpoints.yaml'],
      patchesStrategicMerge: ['patches.yaml'],
      configMapGenerator: [
        { name: 'prometheus-prometheus', behavior: 'merge', files: ['prometheus.yml=prometheus.yml'] },
      ],
    }),
    'endpoints.yaml': inDocuments(inNamespace),
    'patches.yaml': inDocuments(patches),
    'prometheus.yml': overHttp(base.get('config/prometheus.yml') ?? ''),
  }
  const folder = await mkdtemp(join(tmpdir(), 'fd-overlay-'))
  for (const [name, text] of Object.entries(files)) await writeUserFile(join(folder, name), text)
  return folder
}

function patchOf({ apiVersion, kind, metadata: { name }, spec }: Workload, components: string): object | undefined {
  const metadata = { name }
  if (name === 'grafana') return { apiVersion, kind, metadata, spec: { replicas: 0 } }
  const containers = spec.template.spec.containers
    .filter(({ image }) => !/^firedrill(:|$)/.test(image))
    .map((container) => ({ name: container.name, ...imageOf(container, { own: '', components }) }))
  const kept = spec.volumeClaimTemplates ?? []
  if (containers.length === 0 && kept.length === 0) return undefined
  const volumes = kept.map((claim) => ({ name: claim.metadata.name, emptyDir: {} }))
  const pod = { ...(containers.length > 0 && { containers }), ...(volumes.length > 0 && { volumes }) }
  return {
    apiVersion,
    kind,
    metadata,
    spec: { template: { spec: pod }, ...(kept.length > 0 && { volumeClaimTemplates: null }) },
  }
}

function inDocuments(objects: readonly object[]): string {
  return objects.map((object) => stringify(object)).join('---\n')
}
