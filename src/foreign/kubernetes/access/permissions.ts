import { type AccessPlaces, type Permission, PROXY, WORKLOAD } from './permission.ts'

/** Rights in a cluster. */

/** Needed where faults have a program of their own in a pod. */
const PROGRAM_IN_POD = [
  { group: '', resource: 'pods/ephemeralcontainers', verbs: ['patch'], to: 'start a program in the pod' },
  { group: '', resource: 'pods/log', verbs: ['get'], to: 'read what that program reports' },
] as const satisfies readonly Permission[]
const END_PROGRAM = {
  group: '',
  resource: 'pods/exec',
  verbs: ['get', 'create'],
  to: 'end its program in the pod',
} as const satisfies Permission
const BUDGETS = {
  group: 'policy',
  resource: 'poddisruptionbudgets',
  verbs: ['list'],
  to: 'refuse what a PodDisruptionBudget forbids',
} as const satisfies Permission
const ENDPOINTS = {
  group: '',
  resource: 'endpoints',
  verbs: ['list'],
  to: 'prove that no Service sends to the pod',
} as const satisfies Permission

/** What a fault on a link takes: the proxy in a pod comes before the pods of a Service. */
const PROXY_BEFORE = [
  { group: '', resource: 'services', verbs: ['get', 'patch'], to: 'have the Service send to the proxy', of: 'links' },
  { group: '', resource: 'endpoints', verbs: ['get'], to: 'prove that it sends to the proxy', of: 'links' },
  { group: '', resource: 'services', verbs: ['create'], to: 'reach its pods from the proxy' },
  { group: '', resource: 'pods', verbs: ['create'], to: 'start the proxy' },
  { group: '', resource: 'pods/log', verbs: ['get'], to: 'read what has come to the proxy' },
] as const satisfies readonly Permission[]
const ON_LINK = {
  needs: PROXY_BEFORE,
  also: ['hold'],
  on: 'links',
  undone: { group: '', resource: 'services', verbs: ['get', 'patch'], to: 'put a Service back', of: 'links' },
} as const
const POLICIES = { group: 'networking.k8s.io', resource: 'networkpolicies' } as const
const DENY = {
  needs: [
    { ...POLICIES, verbs: ['create', 'list'], to: 'deny connections, where no policy allows them' },
    { ...POLICIES, verbs: ['get', 'delete'], to: 'allow them again', of: 'denials' },
    { group: '', resource: 'pods', verbs: ['create'], to: 'start the probe' },
    { group: '', resource: 'pods/log', verbs: ['get'], to: 'read what the probe sees' },
  ],
  // For the probe in a pod of the workload: direction egress.
  helps: [END_PROGRAM, ...PROGRAM_IN_POD],
  also: ['hold'],
  undone: { ...POLICIES, verbs: ['get', 'delete'], to: 'allow connections again', of: 'denials' },
} as const
/** How the Job undoes a change of a workload. */
const WORKLOAD_BACK = { group: 'apps', resource: WORKLOAD, verbs: ['get', 'patch'], to: 'put a workload back' } as const

/**
 * Everything that Firedrill does in a cluster, and which rights each of it takes: the one table that the Role is printed from and that
 * `system check` asks about. A fault has its own name here.
 */
export const permissions = {
  look: {
    summary: 'look at the workloads',
    without: 'no drill can run',
    needs: [
      { group: 'apps', resource: WORKLOAD, verbs: ['get'], to: 'read a workload' },
      { group: 'apps', resource: 'replicasets', verbs: ['list'], to: 'follow a Deployment to its pods, by owner' },
      { group: '', resource: 'pods', verbs: ['get', 'list'], to: 'see the pods and their containers' },
    ],
    helps: [
      {
        group: 'autoscaling',
        resource: 'horizontalpodautoscalers',
        verbs: ['list'],
        to: 'name the autoscaler that has scaled a workload',
      },
    ],
  },
  left: {
    summary: 'see what a run has left',
    without: 'no run can see whether an earlier one has left a change',
    needs: [{ group: 'coordination.k8s.io', resource: 'leases', verbs: ['list'], to: 'see changes that were left' }],
  },
  turn: {
    summary: 'keep other runs out',
    without: 'runs from other machines are not kept out',
    needs: [
      {
        group: 'coordination.k8s.io',
        resource: 'leases',
        verbs: ['get', 'create', 'patch', 'delete'],
        to: 'have the turn in the namespace',
      },
    ],
  },
  logs: {
    summary: 'read logs',
    without: 'a report has no lines of the pods',
    needs: [{ group: '', resource: 'pods/log', verbs: ['get'], to: 'show what a pod has logged' }],
  },
  ask: {
    summary: 'ask what is behind Services of the cluster',
    without: 'no drill can run, unless the file names URLs',
    needs: [{ group: '', resource: PROXY, verbs: ['get'], to: 'ask Prometheus, Alertmanager and the services' }],
  },
  prove: {
    summary: 'prove that notifications arrive',
    without: '`system check --prove` is switched off',
    needs: [{ group: '', resource: PROXY, verbs: ['create'], to: 'post a synthetic alert (--prove)' }],
  },
  operator: {
    summary: 'read the resources of prometheus-operator',
    without: 'what is not selected cannot be reported',
    needs: [
      {
        group: 'monitoring.coreos.com',
        resource: 'prometheusrules',
        verbs: ['list'],
        to: 'see which rules are selected',
      },
      {
        group: 'monitoring.coreos.com',
        resource: 'servicemonitors',
        verbs: ['list'],
        to: 'see which services are scraped',
      },
      { group: 'monitoring.coreos.com', resource: 'podmonitors', verbs: ['list'], to: 'see which pods are scraped' },
      {
        group: 'monitoring.coreos.com',
        resource: 'alertmanagerconfigs',
        verbs: ['list'],
        to: 'see which alerts they lose',
      },
      { group: '', resource: 'services', verbs: ['list'], to: 'see which services a monitor selects' },
      { group: '', resource: 'namespaces', verbs: ['get'], to: 'see by which labels the namespace is selected' },
      {
        group: 'monitoring.coreos.com',
        resource: 'prometheuses',
        verbs: ['list'],
        to: 'read what they select',
        where: 'monitoring',
      },
      {
        group: 'monitoring.coreos.com',
        resource: 'alertmanagers',
        verbs: ['list'],
        to: 'read what they select',
        where: 'monitoring',
      },
      {
        group: 'monitoring.coreos.com',
        resource: 'prometheusagents',
        verbs: ['list'],
        to: 'read what they select',
        where: 'monitoring',
      },
      {
        group: 'monitoring.coreos.com',
        resource: 'thanosrulers',
        verbs: ['list'],
        to: 'read what they select',
        where: 'monitoring',
      },
    ],
  },
  undo: {
    summary: 'change a workload, and put it back',
    needs: [{ group: 'apps', resource: WORKLOAD, verbs: ['patch'], to: 'change a workload, and put it back' }],
  },
  hold: {
    summary: 'have a change undone, also when Firedrill is killed',
    needs: [
      {
        group: 'coordination.k8s.io',
        resource: 'leases',
        verbs: ['get', 'list', 'create', 'patch', 'delete'],
        to: 'keep what was changed, and show that Firedrill is there',
      },
      { group: 'batch', resource: 'jobs', verbs: ['create'], to: 'have it undone when Firedrill is killed' },
    ],
  },
  crash: {
    summary: 'crash',
    needs: [
      { group: '', resource: 'pods/exec', verbs: ['get', 'create'], to: 'end the process of a container' },
      BUDGETS,
    ],
    // For containers without a program that could end it.
    helps: PROGRAM_IN_POD,
  },
  lose: {
    summary: 'lose',
    needs: [{ group: '', resource: 'pods', verbs: ['delete'], to: 'delete a pod without grace' }, BUDGETS],
    helps: [ENDPOINTS],
  },
  drain: {
    summary: 'drain',
    needs: [
      { group: '', resource: 'pods/eviction', verbs: ['create'], to: 'evict a pod, as a drain of its node does' },
      BUDGETS,
    ],
    helps: [ENDPOINTS],
  },
  scale: { summary: 'scale', needs: [], also: ['undo', 'hold'], undone: WORKLOAD_BACK },
  restart: {
    summary: 'restart',
    needs: [
      { group: '', resource: 'pods/eviction', verbs: ['create'], to: 'have a pod replaced' },
      {
        group: 'apps',
        resource: WORKLOAD,
        verbs: ['patch'],
        to: 'roll out again, where a drill restarts the whole service',
      },
      BUDGETS,
    ],
  },
  'bad-image': { summary: 'bad-image', needs: [], also: ['undo', 'hold'], undone: WORKLOAD_BACK },
  'bad-config': { summary: 'bad-config', needs: [], also: ['undo', 'hold'], undone: WORKLOAD_BACK },
  cpu: { summary: 'cpu', needs: [END_PROGRAM, ...PROGRAM_IN_POD] },
  memory: { summary: 'memory', needs: [END_PROGRAM, ...PROGRAM_IN_POD] },
  'network-latency': { summary: 'network-latency', ...ON_LINK },
  'network-bandwidth': { summary: 'network-bandwidth', ...ON_LINK },
  'network-stall': { summary: 'network-stall', ...ON_LINK },
  'network-blackhole': { summary: 'network-blackhole', ...ON_LINK },
  'network-reset': { summary: 'network-reset', ...ON_LINK },
  'network-slow-close': { summary: 'network-slow-close', ...ON_LINK },
  'network-slicer': { summary: 'network-slicer', ...ON_LINK },
  'network-limit': { summary: 'network-limit', ...ON_LINK },
  'network-fail-first': { summary: 'network-fail-first', ...ON_LINK },
  'network-down': { summary: 'network-down', ...ON_LINK },
  'network-deny': { summary: 'network-deny', ...DENY },
} as const satisfies Record<string, PermissionUse>

export type UseName = keyof typeof permissions

/** One use of the cluster. */
export interface PermissionUse {
  /** What it is, in a few words that continue "may …"; of a fault its name. */
  readonly summary: string
  /** What does not work without it. Default: the fault is switched off. */
  readonly without?: string
  readonly needs: readonly Permission[]
  /** What it also makes use of, and can do without. */
  readonly helps?: readonly Permission[]
  /** Uses that it takes as well. */
  readonly also?: readonly ('undo' | 'hold')[]
  /** What the Job needs to undo it. Missing: it does nothing that must be undone by a Job. */
  readonly undone?: Permission
  /** What the fault is done to. Default: workloads. */
  readonly on?: 'links'
}

/** What every drill takes, whatever its faults. */
export const basicUses = ['look', 'left', 'turn', 'logs', 'ask', 'operator'] as const satisfies readonly UseName[]

/** Uses that are no faults. */
const OTHERS: readonly string[] = [...basicUses, 'prove', 'undo', 'hold']

/** Faults that take rights in a cluster. */
export const faultUses: readonly UseName[] = (Object.keys(permissions) as UseName[]).filter(
  (name) => !OTHERS.includes(name),
)

/** Those of them that can be done to what there is in a place. */
export function faultUsesIn({ workloads, links }: Pick<AccessPlaces, 'workloads' | 'links'>): UseName[] {
  return faultUses.filter((name) => (isOnLinks(name) ? links : workloads).length > 0)
}

function isOnLinks(name: UseName): boolean {
  const { on }: PermissionUse = permissions[name]
  return on === 'links'
}

/** The permissions of a use, with those of the uses that it takes as well. */
export function needsOf(name: UseName): readonly Permission[] {
  const { needs, also = [] }: PermissionUse = permissions[name]
  return [...needs, ...also.flatMap((one): readonly Permission[] => permissions[one].needs)]
}

/** The same with what it can do without: what a Role grants. */
export function grantedFor(name: UseName): readonly Permission[] {
  const { helps = [] }: PermissionUse = permissions[name]
  return [...needsOf(name), ...helps]
}

/** What the Job may do that undoes the changes of these faults when Firedrill is killed, by its own service account. */
export function undoJobNeeds(names: readonly UseName[]): Permission[] {
  return [
    ...new Set(names.flatMap((name) => undoneBy(name) ?? [])),
    {
      group: 'coordination.k8s.io',
      resource: 'leases',
      verbs: ['get', 'patch', 'delete'],
      to: 'see that Firedrill is gone, and end what was kept for that',
    },
  ]
}

/** Whether a use changes something that the Job then undoes. */
export function isHeld(name: UseName): boolean {
  return undoneBy(name) !== undefined
}

function undoneBy(name: UseName): Permission | undefined {
  const { undone }: PermissionUse = permissions[name]
  return undone
}
