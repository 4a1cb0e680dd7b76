import { APPS, resourcePath } from './paths.ts'

/** Where a workload is, and how it is named. */
export interface WorkloadPlace {
  namespace: string
  kind: WorkloadKind
  name: string
}

/** Kinds of workloads, as firedrill.yaml and kubectl name them, with their resource. */
export const workloadKinds = {
  deployment: { kind: 'Deployment', resource: 'deployments' },
  statefulset: { kind: 'StatefulSet', resource: 'statefulsets' },
  daemonset: { kind: 'DaemonSet', resource: 'daemonsets' },
} as const

export type WorkloadKind = keyof typeof workloadKinds

/** "deployment/checkout", in any case; `undefined` for what names no workload. */
export function parseWorkload(text: string): Pick<WorkloadPlace, 'kind' | 'name'> | undefined {
  const [, kind = '', name = ''] = /^([A-Za-z]+)\/([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)$/.exec(text) ?? []
  const lower = kind.toLowerCase()
  return Object.hasOwn(workloadKinds, lower) ? { kind: lower as WorkloadKind, name } : undefined
}

/** For people: "deployment/checkout in shop". */
export function workloadText({ kind, name, namespace }: WorkloadPlace): string {
  return `${kind}/${name} in ${namespace}`
}

/** Its path at the API server, or that of a subresource: "scale". */
export function workloadPath({ namespace, kind, name }: WorkloadPlace, subresource?: string): string {
  const { resource } = workloadKinds[kind]
  return resourcePath({ api: APPS, namespace, resource, name, ...(subresource === undefined ? {} : { subresource }) })
}
