import type { Agent } from 'undici'
import { defined } from '../../base/defined.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import type { Beside } from '../../faults/beside.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Subject, SubjectAnswer, SubjectRequest } from '../../faults/fault.ts'
import type { LinkSubject } from '../../faults/link.ts'
import type { WorkloadSubject } from '../../faults/workload.ts'
import type { ReplicaStatus, Runtime, Target } from '../../runtimes/runtime.ts'
import type { ExtraRules } from './extra-rules.ts'

/** What a fault may do to its target. */

const REQUEST_MS = 2_000

/**
 * Connections are kept, so that a target which accepts no more connections can still be asked to undo its fault. Opened with the first
 * request: the guardian of a run seldom makes any.
 */
let agent: Agent | undefined

/**
 * What a fault may do to one replica, by means of the runtime and of the target's own fault endpoint.
 * @throws FD_FAULT_PARAMS when there is no such replica
 */
export function subjectOf(target: Target, { runtime, access, rules }: SubjectContext): Subject {
  const { service } = target
  const { id } = findReplica(runtime, target)
  const replicasOf = (name: string) => replicasIn(runtime, name)
  const replica = { service, replica: id }
  const status = (): ReplicaStatus | undefined => replicasOf(service).find((status) => status.id === id)
  return {
    ...replica,
    pid: () => status()?.pid,
    state: () => status()?.state,
    halted: () => status()?.halted,
    replicas: () => replicasOf(service).length,
    kill: (signal) => runtime.kill(replica, signal, 'fault'),
    start: () => runtime.start(replica, 'fault'),
    stop: () => runtime.stop(replica, 'fault'),
    restart: () => runtime.restart(replica, 'fault'),
    pause: () => runtime.pause(replica, 'fault'),
    resume: () => runtime.resume(replica, 'fault'),
    scale: (replicas) => runtime.scale(service, replicas, 'fault'),
    loadRules: async (name, yaml) => {
      if (rules?.part === service) return rules.load(name, yaml)
      throw faultErrors.error('FD_FAULT_UNSUPPORTED', { message: `${service} loads no rules`, expected: 'prometheus' })
    },
    ...defined({
      beside: access.besideOf?.(id),
      workload: access.workloadOf?.(replica),
      link: access.linkOf?.(service),
    }),
    request: (wanted) => {
      const { part } = wanted
      const token = wanted.withoutToken ? undefined : `Bearer ${access.tokenOf(part ?? service)}`
      const authorization = access.passwords.get(part ?? service) ?? token
      const outside = part === undefined ? undefined : access.originOf?.(part)
      if (outside !== undefined) return send(outside, wanted, authorization)
      const to = part === undefined ? status() : replicasOf(part)[0]
      if (to === undefined) throw new Error(`there is no ${part ?? id}`)
      return send(`http://${to.address.host}:${to.address.port}`, wanted, authorization)
    },
  }
}

export interface SubjectContext {
  runtime: Runtime
  access: SubjectAccess
  rules?: ExtraRules | undefined
}

/** How parts are asked: those with a password with it, all others with the token of their faults. */
export interface SubjectAccess {
  tokenOf(part: string): string
  /** Values of the header Authorization, by part. */
  passwords: ReadonlyMap<string, string>
  /** What faults may do beside a replica, where they do not run inside it. */
  besideOf?(replica: string): Beside | undefined
  /** What faults may do to the workload of a replica that is a pod. */
  workloadOf?(replica: { service: string; replica: string }): WorkloadSubject | undefined
  /** What faults may do to a link that is a Service of Kubernetes. */
  linkOf?(link: string): LinkSubject | undefined
  /** URL, without a slash at its end, of a part that the runtime does not run. */
  originOf?(part: string): string | undefined
}

function findReplica(runtime: Runtime, { service, replica }: Target): ReplicaStatus {
  const found = replicasIn(runtime, service).find(({ id }) => replica === undefined || id === replica)
  if (found !== undefined) return found
  const services = runtime.services()
  const ids = services.flatMap(({ replicas }) => replicas.map(({ id }) => id))
  const wanted = replica ?? service
  const next = didYouMean(wanted, [...services.map(({ name }) => name), ...ids])
  throw faultErrors.error('FD_FAULT_PARAMS', {
    message: `there is no ${wanted}`,
    expected: `a part or one of its replicas: ${ids.join(', ')}`,
    ...defined({ next }),
  })
}

function replicasIn(runtime: Runtime, service: string): ReplicaStatus[] {
  return runtime.services().find(({ name }) => name === service)?.replicas ?? []
}

async function send(origin: string, wanted: SubjectRequest, authorization: string | undefined): Promise<SubjectAnswer> {
  const { method, path, body, timeoutMs = REQUEST_MS } = wanted
  const startedMs = performance.now()
  const { request, Agent } = await import('undici')
  agent ??= new Agent({ keepAliveTimeout: 30_000 })
  const answer = await request(`${origin}${path}`, {
    dispatcher: agent,
    method,
    headers: {
      ...defined({ authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await answerText(answer.body, answerLimits.own)
  return { status: answer.statusCode, body: text, tookMs: performance.now() - startedMs }
}
