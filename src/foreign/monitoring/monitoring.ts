import { Alertmanager } from '../../probes/alertmanager.ts'
import type { ProbeAccess } from '../../probes/json.ts'
import { Prometheus } from '../../probes/prometheus.ts'
import { foreignErrors } from '../errors.ts'
import type { ForeignSystem, Monitoring } from '../file/foreign-system.ts'

/** The monitoring of a system, ready to be asked; its tokens come from the environment. @throws FD_FOREIGN_INVALID */
export function openMonitoring(
  { file, prometheus, alertmanager }: Pick<ForeignSystem, 'file' | 'prometheus' | 'alertmanager'>,
  env: NodeJS.ProcessEnv = process.env,
): {
  prometheus: Prometheus
  alertmanager: Alertmanager
  access: { prometheus: ProbeAccess; alertmanager: ProbeAccess }
} {
  const access = {
    prometheus: accessOf(prometheus, file, env),
    alertmanager: accessOf(alertmanager, file, env),
  }
  return {
    prometheus: new Prometheus(prometheus.url, access.prometheus),
    alertmanager: new Alertmanager(alertmanager.url, access.alertmanager),
    access,
  }
}

function accessOf({ tokenFrom }: Monitoring, file: string, env: NodeJS.ProcessEnv): ProbeAccess {
  if (tokenFrom === undefined) return {}
  const token = env[tokenFrom]
  if (token !== undefined && token !== '') return { authorization: `Bearer ${token}` }
  throw foreignErrors.error('FD_FOREIGN_INVALID', {
    message: 'a token is not there',
    where: `${file}: tokenFrom`,
    expected: `the token in the environment variable ${tokenFrom}`,
    given: token === undefined ? 'it is not set' : 'it is empty',
  })
}
