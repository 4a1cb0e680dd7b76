import { stringify } from 'yaml'
import { type ImageReference, OWN_IMAGE } from '../own-image.ts'
import type { ConfigMapPlan } from './config-maps.ts'
import { keyOf, stackLabels } from './manifest.ts'

/**
 * kustomization.yaml. ConfigMaps are generated, with a digest of their content in the name: changed configuration makes new pods.
 * It holds to what the kustomize of kubectl 1.20 knows.
 */
export function renderKustomization({ namespace, resources, configMaps, folder, image }: KustomizationOptions): string {
  const content = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources,
    images: [{ name: OWN_IMAGE, newName: OWN_IMAGE, ...(image === undefined ? { newTag: OWN_TAG } : image) }],
    generatorOptions: { labels: stackLabels },
    configMapGenerator: configMaps.map(({ name, files }) => ({
      name,
      files: files.map((file) => `${keyOf(file)}=${folder}/${file}`),
    })),
  }
  return `${HEAD}${stringify(content, { lineWidth: 0 })}`
}

interface KustomizationOptions {
  namespace: string
  resources: readonly string[]
  configMaps: readonly ConfigMapPlan[]
  /** Where the configuration files are. */
  folder: string
  /** Of Firedrill's own programs. Default: one that was built from this repository. */
  image?: ImageReference | undefined
}

/** The tag of an image that was built from this repository. */
const OWN_TAG = 'local'

const HEAD = `# The Firedrill stack on Kubernetes: kubectl apply -k deploy/kubernetes. docs/kubernetes-stack.md says what comes with it.
# Written by "npm run golden" from src/stack/topology.ts; a test compares the two. Change it in an overlay of your own:
#   resources: [deploy/kubernetes]
#   images: [{ name: firedrill, newName: registry.example.com/firedrill, newTag: "1.0" }]
`
