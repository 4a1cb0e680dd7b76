import type { Topology } from '../../../stack/part.ts'
import type { StackSettings } from '../../../stack/settings.ts'
import { controlUid, type PartPlan, planParts } from '../../compose/project/plan.ts'
import type { ImageReference } from '../own-image.ts'
import {
  type Access,
  accessObjects,
  controlAccess,
  prometheusAccess,
  responderAccess,
  setupAccess,
  undoAccess,
} from './access.ts'
import type { PolicyApi } from './cluster-version.ts'
import { type ConfigMapPlan, configFilesOf, planConfigMaps } from './config-maps.ts'
import { kubernetesContext } from './context.ts'
import { inDocuments } from './documents.ts'
import { renderKustomization } from './kustomization.ts'
import { type Manifest, STACK_ID } from './manifest.ts'
import { networkPoliciesOf, outsideOf } from './network-policies.ts'
import { setupJob } from './setup-job.ts'
import { disruptionBudgetOf, serviceOf, workloadOf } from './workload.ts'

/**
 * The stack as a base for kustomize: a file for each part with its objects, the configuration that ConfigMaps are made of, and
 * kustomization.yaml. By path. Pure.
 */
export function renderKubernetes(topology: Topology, options: RenderOptions): Map<string, string> {
  const plans = planParts(topology, kubernetesContext)
  const files = new Map<string, string>()
  const configMaps: ConfigMapPlan[] = []
  const accounts = accountsOf(plans)
  for (const plan of plans) {
    const { name } = plan.part
    const config = configFilesOf(topology, name)
    const own = planConfigMaps(name, config)
    configMaps.push(...own)
    for (const [file, text] of config) files.set(`${CONFIG}/${file}`, text)
    files.set(
      `${name}.yaml`,
      inDocuments(HEAD, partObjects(plan, { configMaps: own, access: accounts.get(name), options })),
    )
  }
  const setup = setupAccess(plans.map(({ part }) => part.name))
  const outside = outsideOf(options.settings)
  const reach = { accounts: [...accounts.keys(), setup.account], outside }
  const documents: [string, Manifest[]][] = [
    ['namespace.yaml', [namespaceObject(options)]],
    ['setup.yaml', [...accessObjects(setup, options.namespace), setupJob({ uid: controlUid })]],
    ['control.yaml', [controlAccess, undoAccess].flatMap((access) => accessObjects(access, options.namespace))],
    ['network.yaml', networkPoliciesOf(topology, reach)],
  ]
  for (const [name, objects] of documents) files.set(name, inDocuments(HEAD, objects))
  const resources = [...documents.map(([name]) => name), ...plans.map(({ part }) => `${part.name}.yaml`)]
  const { namespace, image } = options
  const kustomization = renderKustomization({ namespace, resources, configMaps, folder: CONFIG, image })
  return new Map([['kustomization.yaml', kustomization], ...files])
}

export interface RenderOptions {
  namespace: string
  /** Of PodDisruptionBudgets: policy/v1, or policy/v1beta1 before Kubernetes 1.21. */
  policyApi: PolicyApi
  /** Those that the topology was described with. */
  settings: StackSettings
  /** Of Firedrill's own programs. Default: one that was built from this repository. */
  image?: ImageReference
  /** Id of the state folder, of a namespace that `up` makes. */
  stackId?: string
}

/** Folder of the configuration files. */
const CONFIG = 'config'

const HEAD = `# Written by "firedrill render kubernetes"; change the source, or patch this in an overlay of your own.
`

/** The parts that ask the API server. */
function accountsOf(plans: readonly PartPlan[]): Map<string, Access> {
  const scaled = plans.filter(({ part }) => part.maxReplicas !== undefined).map(({ part }) => part.name)
  return new Map([
    ['prometheus', prometheusAccess],
    ['responder', responderAccess(scaled)],
  ])
}

function partObjects(
  plan: PartPlan,
  { configMaps, access, options }: { configMaps: ConfigMapPlan[]; access: Access | undefined; options: RenderOptions },
): Manifest[] {
  const budget = disruptionBudgetOf(plan, options.policyApi)
  return [
    ...(access === undefined ? [] : accessObjects(access, options.namespace)),
    serviceOf(plan),
    workloadOf(plan, { configMaps, account: access?.account }),
    ...(budget === undefined ? [] : [budget]),
  ]
}

/** Its pods run without any privilege, and the cluster sees to it, from 1.23 on. */
function namespaceObject({ namespace: name, stackId }: RenderOptions): Manifest {
  const level = 'restricted'
  const known = stackId === undefined ? {} : { [STACK_ID]: stackId }
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': level, ...known } },
  }
}
