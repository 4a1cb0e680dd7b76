import { Agent, request } from 'undici'
import { defined } from '../../base/defined.ts'
import { answerLimits, answerText } from '../../base/http/answer-text.ts'
import { didYouMean } from '../../base/text/near-name.ts'
import { faultErrors } from '../../faults/errors.ts'
import type { Subject, SubjectAnswer, SubjectRequest } from '../../faults/fault.ts'
import type { ReplicaStatus, Runtime, Target } from '../../runtimes/runtime.ts'
import type { ExtraRules } from './extra-rules.ts'

const REQUEST_MS = 2_000

/** Connections are kept: a target that can accept no more can still be told that the fault is over. */
const agent = new Agent({ keepAliveTimeout: 30_000 })

/** How parts are asked: those with a password for theirs, all others for the token of their faults. */
export interface SubjectAccess {
  tokenOf(part: string): string
  /** Values of the header Authorization, by part. */
  passwords: ReadonlyMap<string, string>
}

/**
 * What a fault may do to one replica, by means of the runtime and of the target's own fault endpoint.
 * @throws FD_FAULT_PARAMS when there is no such replica
 */
export function subjectOf(runtime: Runtime, target: Target, access: SubjectAccess, rules?: ExtraRules): Subject {
  const { service } = target
  const replicasOf = (name: string): ReplicaStatus[] =>
    runtime.services().find((one) => one.name === name)?.replicas ?? []
  const found = replicasOf(service).find((one) => target.replica === undefined || one.id === target.replica)
  if (found === undefined) {
    const all = runtime.services().flatMap((one) => one.replicas.map((each) => each.id))
    const next = didYouMean(target.replica ?? service, [...runtime.services().map(({ name }) => name), ...all])
    throw faultErrors.error('FD_FAULT_PARAMS', {
      message: `there is no ${target.replica ?? target.service}`,
      expected: `a part or one of its replicas: ${all.join(', ')}`,
      ...defined({ next }),
    })
  }
  const one = { service, replica: found.id }
  const status = (): ReplicaStatus | undefined => replicasOf(service).find(({ id }) => id === found.id)
  return {
    ...one,
    pid: () => status()?.pid,
    state: () => status()?.state,
    halted: () => status()?.halted,
    replicas: () => replicasOf(service).length,
    kill: (signal) => runtime.kill(one, signal, 'fault'),
    start: () => runtime.start(one, 'fault'),
    stop: () => runtime.stop(one, 'fault'),
    restart: () => runtime.restart(one, 'fault'),
    pause: () => runtime.pause(one, 'fault'),
    resume: () => runtime.resume(one, 'fault'),
    scale: (replicas) => runtime.scale(service, replicas, 'fault'),
    loadRules: async (name, yaml) => {
      if (rules?.part === service) return rules.load(name, yaml)
      throw faultErrors.error('FD_FAULT_UNSUPPORTED', { message: `${service} loads no rules`, expected: 'prometheus' })
    },
    request: (wanted) => {
      const to = wanted.part === undefined ? status() : replicasOf(wanted.part)[0]
      if (to === undefined) throw new Error(`there is no ${wanted.part ?? found.id}`)
      const token = wanted.withoutToken ? undefined : `Bearer ${access.tokenOf(wanted.part ?? service)}`
      const authorization = access.passwords.get(wanted.part ?? service) ?? token
      return send(`http://${to.address.host}:${to.address.port}`, wanted, authorization)
    },
  }
}

async function send(origin: string, wanted: SubjectRequest, authorization: string | undefined): Promise<SubjectAnswer> {
  const { method, path, body, timeoutMs = REQUEST_MS } = wanted
  const startedMs = performance.now()
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
