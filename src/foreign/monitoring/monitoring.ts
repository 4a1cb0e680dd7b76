import { defined } from '../../base/defined.ts'
import { readOwnFile } from '../../base/files/own-files.ts'
import { Alertmanager } from '../../probes/alertmanager.ts'
import type { ProbeAccess, ProbeDoor, PrometheusAccess } from '../../probes/json.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { foreignErrors } from '../errors.ts'
import type { ForeignService, ForeignSystem, Monitoring } from '../file/foreign-system.ts'
import { clustersOf } from '../kubernetes/clusters.ts'
import { probeDoor } from '../kubernetes/probe-door.ts'

/**
 * The monitoring of a system, ready to be asked; its tokens and the values of its headers come from the environment.
 * @throws FD_FOREIGN_INVALID, FD_KUBERNETES_CLIENT
 */
export function openMonitoring(
  { file, prometheus, alertmanager }: Pick<ForeignSystem, 'file' | 'prometheus' | 'alertmanager'>,
  env: NodeJS.ProcessEnv = process.env,
): OpenMonitoring {
  const { rules } = prometheus
  const access = {
    prometheus: { ...accessOf(prometheus, file, env), ...defined({ rules }) },
    alertmanager: accessOf(alertmanager, file, env),
  }
  return {
    prometheus: new Prometheus(prometheus.url, access.prometheus),
    alertmanager: new Alertmanager(alertmanager.url, access.alertmanager),
    access,
  }
}

export interface OpenMonitoring {
  prometheus: Prometheus
  alertmanager: Alertmanager
  access: { prometheus: PrometheusAccess; alertmanager: ProbeAccess }
}

/** The ways to services that are asked through the API server of their cluster, by name. @throws FD_KUBERNETES_CLIENT */
export function serviceDoors(services: readonly ForeignService[], env: NodeJS.ProcessEnv): Record<string, ProbeDoor> {
  return Object.fromEntries(
    services.flatMap(({ name, urls, run }): [string, ProbeDoor][] => {
      if (run.kind !== 'kubernetes' || run.proxied === undefined || urls.length > 0) return []
      return [[name, probeDoor(clustersOf(env).of(run.cluster))]]
    }),
  )
}

/** Everyone of a part of the monitoring, for questions to each: replicas, members of a cluster. */
export function addressesOf({ url, replicas = [] }: Monitoring): string[] {
  return [url, ...replicas]
}

function accessOf(
  { replicas, through, tokenFrom, headersFrom }: Monitoring,
  file: string,
  env: NodeJS.ProcessEnv,
): ProbeAccess {
  const read = (variable: string, what: string) => readSecret(variable, { what, file, env })
  const headers =
    headersFrom === undefined
      ? undefined
      : Object.fromEntries(
          Object.entries(headersFrom).map(([name, source]) => {
            const what = `headersFrom.${name}`
            return [
              name,
              typeof source === 'string' ? read(source, what) : readHeaderFile(source.file, `${file}: ${what}`),
            ]
          }),
        )
  return {
    ...(tokenFrom === undefined ? {} : { authorization: `Bearer ${read(tokenFrom, 'tokenFrom')}` }),
    ...defined({ replicas, headers }),
    ...(through === undefined ? {} : { door: probeDoor(clustersOf(env).of(through)) }),
  }
}

/** What HTTP allows in a header. */
const HEADER = /^[\x20-\x7e\x80-\xff]+$/

/** @throws FD_FOREIGN_INVALID; FD_FILE_NOT_OURS when others may read the file */
function readHeaderFile(path: string, where: string): string {
  const remedy = { another: `${where} can name another one`, renew: 'get a new one' }
  const value = readOwnFile(path, { secret: true, remedy })?.trim()
  if (value !== undefined && HEADER.test(value)) return value
  throw foreignErrors.error('FD_FOREIGN_INVALID', {
    message: 'the value of a header is missing',
    where,
    expected: `one line of text in ${path}`,
    given: value === undefined ? 'there is no such file' : 'it is empty, or not one line of text',
  })
}

function readSecret(
  variable: string,
  { what, file, env }: { what: string; file: string; env: NodeJS.ProcessEnv },
): string {
  const value = env[variable] ?? ''
  if (HEADER.test(value)) return value
  const given =
    env[variable] === undefined ? 'it is not set' : value === '' ? 'it is empty' : 'it is not one line of text'
  throw foreignErrors.error('FD_FOREIGN_INVALID', {
    message: `the value of ${variable} is missing`,
    where: `${file}: ${what}`,
    expected: `the ${what === 'tokenFrom' ? 'token' : 'value of the header'} in the environment variable ${variable}`,
    given,
  })
}
