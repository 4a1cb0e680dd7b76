import { oneOf } from '../base/text/near-name.ts'

/** Everything that a fault can need of the runtime or of its target: the sentence for the reference, and when it is not met. */
export const needs = {
  canKill: capability('canKill', 'Needs a runtime that can send signals'),
  canPause: capability('canPause', 'Needs a runtime that can pause'),
  canScale: capability('canScale', 'Needs a runtime that can scale'),
  inside: {
    summary: 'Runs inside a service: quotes, store or worker',
    unmet: ({ inside }, fault, service) =>
      missingIn(inside, service, `${fault} runs inside a service, and ${service} takes no faults`),
  },
  beside: {
    summary: 'On a system that is not ours, runs beside a process or a container of this machine, in its cgroup',
    unmet: ({ beside }, fault, service) =>
      missingIn(beside, service, `${fault} runs beside a process, and nothing says how ${service} is run`),
  },
  disk: {
    summary: "On a system that is not ours, fills the folder that the system's file gives as `disk` of the service",
    unmet: ({ disks }, fault, service) =>
      missingIn(disks, service, `${fault} fills a folder, and ${service} has no \`disk\``),
  },
  link: {
    summary: "Harms a link that the fault proxy stands before: to postgres or redis, or a link of the system's file",
    unmet: ({ links }, fault, service) =>
      missingIn(links, service, `${fault} harms the link to a store, and no proxy stands before ${service}`),
  },
  workload: {
    summary: 'On a system that is not ours, acts on a workload of Kubernetes',
    unmet: ({ workloads = [] }, fault, service) =>
      missingIn(workloads, service, `${fault} acts on a workload of Kubernetes, and ${service} is not one`),
  },
  rules: {
    summary: "About the rules of the stack's own Prometheus",
    unmet: ({ rules }, fault, service) =>
      missingIn(rules, service, `${fault} is about the rules of the stack's own Prometheus`),
  },
} as const satisfies Record<string, NeedRule>

/** `can…` is a capability of the runtime; the others are about the target. */
export type Need = keyof typeof needs

/**
 * Where a fault is to be injected, as far as needs ask: a stack that is up, one that is planned, a system that is not ours.
 * A field that is left out is not known here, and not checked: the target itself refuses then.
 */
export interface FaultHost {
  /** Name of the runtime, for people. */
  runtime?: string
  capabilities?: Partial<Record<Need, boolean>>
  /** Services that take faults into their own process. */
  inside?: readonly string[]
  /** Services beside whose processes faults can work. Left out: none. */
  beside?: readonly string[]
  /** Services of which a folder is named that can be filled. Left out: none. */
  disks?: readonly string[]
  /** Stores and links that the fault proxy stands before. */
  links?: readonly string[]
  /** Parts whose rules a fault can change. */
  rules?: readonly string[]
  /** Services that are workloads of Kubernetes. Left out: none. */
  workloads?: readonly string[]
}

/** Why a fault cannot be injected there. */
export interface UnmetNeed {
  message: string
  /** What would be accepted, if anything. */
  expected?: string
}

/** The first need of a fault that this host or this service does not meet; `undefined` when the fault can be injected. */
export function unmetNeed(fault: FaultNeeds, host: FaultHost, service: string): UnmetNeed | undefined {
  const unmetOf = (need: Need) => needs[need].unmet(host, fault.name, service)
  if (host.workloads?.includes(service) === true) return unmetOnWorkload(fault, service)
  for (const need of fault.needs) {
    const unmet = unmetOf(need)
    if (unmet === undefined) continue
    // Nothing of this system takes faults into itself: what counts is whether the fault can work from beside its target.
    if (fault.beside === undefined || host.beside === undefined) return unmet
    const besides = unmetOf(fault.beside)
    if (besides !== undefined) return besides
  }
  return undefined
}

/**
 * A pod shows no process to signal or to freeze: what ends one, or keeps it from running, has a name of its own on Kubernetes. Faults
 * inside a service need code of Firedrill in it, which a workload of another does not have.
 */
function unmetOnWorkload(fault: FaultNeeds, service: string): UnmetNeed | undefined {
  if (fault.onWorkload === true || fault.needs.includes('workload')) return undefined
  return {
    message: `${fault.name} is not done to ${service}, which is a workload of Kubernetes`,
    expected: 'crash (its container ends), lose (its pod is deleted) or scale (to none); see docs/kubernetes-faults.md',
  }
}

/** What a fault's definition says of its needs. */
export interface FaultNeeds {
  readonly name: string
  readonly needs: readonly Need[]
  /** What it needs instead, where it works from beside its target. */
  readonly beside?: Need
  readonly onWorkload?: true
}

interface NeedRule {
  /** A sentence without its full stop. */
  readonly summary: string
  unmet(host: FaultHost, fault: string, service: string): UnmetNeed | undefined
}

function capability(need: 'canKill' | 'canPause' | 'canScale', summary: string): NeedRule {
  return {
    summary,
    unmet: ({ capabilities, runtime }, fault) =>
      capabilities?.[need] === false
        ? { message: `${fault} needs ${need}, which the ${runtime === undefined ? '' : `${runtime} `}runtime lacks` }
        : undefined,
  }
}

function missingIn(known: readonly string[] | undefined, service: string, message: string): UnmetNeed | undefined {
  if (known === undefined || known.includes(service)) return undefined
  const [first, ...others] = known
  if (first === undefined) return { message }
  return { message, expected: others.length === 0 ? first : oneOf(known) }
}
