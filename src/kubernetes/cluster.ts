import type { Socket } from 'node:net'
import { errorTable, FiredrillError } from '../base/errors.ts'

/** The seam to a Kubernetes cluster: its API server, and programs in its containers. */

export const kubernetesErrors = errorTable({
  FD_KUBERNETES_CLIENT: {
    meaning: 'The cluster cannot be reached: kubectl, the context or the service account is missing',
    exit: 'unavailable',
  },
  FD_KUBERNETES_UNREACHABLE: {
    meaning: 'The API server of the cluster does not answer',
    exit: 'unavailable',
    http: 502,
  },
  FD_KUBERNETES_FORBIDDEN: { meaning: 'The API server does not allow that', exit: 'unavailable', http: 403 },
  FD_KUBERNETES_NOT_FOUND: { meaning: 'The cluster has no such object', http: 404 },
  FD_KUBERNETES_CONFLICT: { meaning: 'The object has changed meanwhile, or exists already', http: 409 },
  FD_KUBERNETES_ANSWER: { meaning: 'The API server refuses a request, or its answer is not understood', http: 502 },
})

/** A cluster, from outside (with the sign-in of kubectl) or from inside (with a service account). */
export interface Cluster {
  /** For people: "context lab", "the cluster around this pod". */
  readonly description: string
  /**
   * One request to the API server; resolves with the JSON, or the text, that it answers with.
   * @throws FD_KUBERNETES_UNREACHABLE, FD_KUBERNETES_FORBIDDEN, FD_KUBERNETES_NOT_FOUND, FD_KUBERNETES_CONFLICT, FD_KUBERNETES_ANSWER
   */
  request<T>(request: ApiRequest): Promise<T>
  /** Runs a program in a container. Resolves when it has ended, with any exit code. No shell reads the command. */
  exec(container: ContainerPlace, command: readonly [string, ...string[]], options?: ExecOptions): Promise<Executed>
  /** A way to the API server for clients of HTTP that do their own asking: probes of what answers behind it. */
  readonly door: ClusterDoor
  /** Ends what was started for it. Safe to call twice. */
  close(): Promise<void>
}

/** Connections to the API server. */
export interface ClusterDoor {
  /** A connection on which plain HTTP is spoken, inside of TLS too. @throws FD_KUBERNETES_CLIENT, FD_KUBERNETES_UNREACHABLE */
  connect(): Promise<Socket>
  /** What each request on such a connection must carry. */
  headers(): Promise<Readonly<Record<string, string>>>
}

export interface ApiRequest {
  /** Default: GET. */
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** From "/": "/api/v1/namespaces/shop/pods". */
  path: string
  query?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  body?: unknown
  /** What the answer is: that of logs is a text. Default: json. */
  answer?: 'json' | 'text'
  /** What kind of patch the body of a PATCH is. Default: merge. */
  patch?: 'merge' | 'json' | 'strategic'
  /** Bound of the whole exchange, in milliseconds. Default 10,000. */
  timeoutMs?: number
  signal?: AbortSignal
}

export interface ContainerPlace {
  namespace: string
  pod: string
  /** Default: the first one of the pod. */
  container?: string
}

export interface ExecOptions {
  /** In milliseconds. Default 10,000. */
  timeoutMs?: number
}

/** Texts are cut at 64 KiB each. */
export interface Executed {
  code: number
  stdout: string
  stderr: string
}

/** Whether the cluster answered that there is no such object. */
export function isNotFound(error: unknown): boolean {
  return error instanceof FiredrillError && error.code === 'FD_KUBERNETES_NOT_FOUND'
}

/** The status that the API server has answered with, where an error says it: 429 of an eviction that a PodDisruptionBudget forbids. */
export function httpStatusOf(error: unknown): number | undefined {
  const given = error instanceof FiredrillError ? error.details.given : undefined
  const [, status] = /^(\d{3})\b/.exec(given ?? '') ?? []
  return status === undefined ? undefined : Number(status)
}
