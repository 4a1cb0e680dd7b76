import { PATHS } from '../../compose/project/context.ts'
import { limits } from '../../compose/project/limits.ts'
import type { PartPlan } from '../../compose/project/plan.ts'
import { OWN_IMAGE } from '../own-image.ts'
import type { ConfigMapPlan } from './config-maps.ts'
import { probeOf } from './endpoint-discovery.ts'
import { labelsOf, MAIN_PORT, PROBE, SETTINGS_SECRET, selectorOf } from './manifest.ts'
import { probesOf } from './probes.ts'
import { volumesOf } from './volumes.ts'

/** The pods of a part. */

/** Settings of the responder that are secrets of its reader, by the name that they have in the Secret of settings. */
const SECRET_SETTINGS: Readonly<Record<string, string>> = {
  SLACK_WEBHOOK_URL: 'FIREDRILL_SLACK_WEBHOOK_URL',
  SMTP_PASSWORD: 'FIREDRILL_SMTP_PASSWORD',
}

/**
 * How long a pod that is being deleted still answers, in seconds. Prometheus learns of it within 5 s, and services that call it within a
 * few; stopped earlier, it would be seen down at each rollout.
 */
const DRAIN_SECONDS = 7

/** Shares of the limits that are reserved for a container. */
const RESERVED_CORES = 0.05
const RESERVED_MEMORY = 0.5

/** The template of a part's pods. */
export function podTemplateOf(plan: PartPlan, options: PodOptions): object {
  const { part } = plan
  const probe = probeOf(part)
  return {
    metadata: {
      labels: labelsOf(part),
      ...(probe === undefined ? {} : { annotations: { [PROBE]: probe } }),
    },
    spec: podSpecOf(plan, options),
  }
}

export interface PodOptions {
  configMaps: readonly ConfigMapPlan[]
  /** It asks the API server, as this account. */
  account?: string | undefined
}

function podSpecOf(plan: PartPlan, { configMaps, account }: PodOptions): object {
  const { part, uid } = plan
  const own = plan.component === undefined
  const { volumes } = volumesOf(plan, configMaps)
  const graceSeconds = Math.ceil(part.graceMs / 1_000) + (own ? DRAIN_SECONDS : 0)
  return {
    ...(account === undefined ? {} : { serviceAccountName: account }),
    automountServiceAccountToken: account !== undefined,
    // Variables like STORE_PORT, one for each service of the namespace, are taken for settings.
    enableServiceLinks: false,
    ...(part.maxReplicas === undefined ? {} : { topologySpreadConstraints: spreadOverNodes(plan) }),
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: userOf(uid),
    containers: [containerOf(plan, { configMaps, account })],
    ...(volumes.length === 0 ? {} : { volumes }),
  }
}

/** As Pod Security's level "restricted" wants it. */
export function userOf(uid: number): object {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    seccompProfile: { type: 'RuntimeDefault' },
  }
}

export function unprivileged(writable = false): object {
  return {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    ...(writable ? {} : { readOnlyRootFilesystem: true }),
  }
}

function containerOf(plan: PartPlan, { configMaps, account }: PodOptions): object {
  const { part, component } = plan
  const own = component === undefined
  const { volumeMounts } = volumesOf(plan, configMaps)
  const env = envOf(plan, account)
  return {
    name: part.name,
    image: component?.image ?? OWN_IMAGE,
    args: own ? ['serve', serveName(plan), ...plan.args] : plan.args,
    ...(env.length === 0 ? {} : { env }),
    ports: portsOf(part).map(({ name, port }) => ({ name, containerPort: port })),
    ...probesOf(plan),
    ...(own ? { lifecycle: { preStop: { exec: { command: ['sleep', String(DRAIN_SECONDS)] } } } } : {}),
    resources: resourcesOf(plan),
    securityContext: unprivileged(component?.writable),
    ...(volumeMounts.length === 0 ? {} : { volumeMounts }),
  }
}

/** The ports of a part: the one that it is asked by, and its further listeners. */
export function portsOf(part: PartPlan['part']): { name: string; port: number }[] {
  const others = Object.entries(part.listeners ?? {}).map(([name, port]) => ({ name, port }))
  return [{ name: MAIN_PORT, port: part.preferredPort }, ...others]
}

function envOf(plan: PartPlan, account: string | undefined): object[] {
  const { part, component, env } = plan
  const { volume } = component ?? {}
  const all: Record<string, string> = {
    ...env,
    // Others know it by the name of its service, with or without its namespace.
    ...(component === undefined
      ? { ALLOWED_HOSTS: `*${part.name}*`, FIREDRILL_SECRETS: `${PATHS.secrets}/${part.name}` }
      : {}),
    ...(volume?.folderVariable === undefined ? {} : { [volume.folderVariable]: `${volume.path}/data` }),
  }
  const texts = Object.entries(all).map(([name, value]) => {
    const key = SECRET_SETTINGS[name]
    if (key === undefined || component !== undefined) return { name, value }
    return { name, valueFrom: { secretKeyRef: { name: SETTINGS_SECRET, key } } }
  })
  return component === undefined && account !== undefined ? [...texts, ownNamespace] : texts
}

/** The namespace that a pod is in, for those that ask the API server about it. */
export const ownNamespace = {
  name: 'POD_NAMESPACE',
  valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
}

function resourcesOf({ part }: PartPlan): object {
  const { cores, mebibytes } = limits[part.kind]
  const quantities = (cpu: number, memory: number) => ({ cpu: `${cpu * 1_000}m`, memory: `${memory}Mi` })
  return {
    requests: quantities(RESERVED_CORES, mebibytes * RESERVED_MEMORY),
    limits: quantities(cores, mebibytes),
  }
}

function spreadOverNodes({ part }: PartPlan): object[] {
  return [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorOf(part.name) },
    },
  ]
}

function serveName({ part }: PartPlan): string {
  if ('serve' in part.program) return part.program.serve
  throw new Error(`${part.name} is neither a component nor a service of Firedrill's own`)
}
