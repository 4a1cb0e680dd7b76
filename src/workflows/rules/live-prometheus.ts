import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'

/** The Prometheus of the stack that is up; its samples are those of the store that the environment names. @throws FD_STACK_NOT_UP */
export async function findPrometheus(folder: StateFolder): Promise<Prometheus> {
  return (await ownMonitoring(folder, { store: true })).prometheus
}

/**
 * The monitoring of a system that is not ours, by its description; else that of the stack that is up, itself: it evaluates the rules.
 * @throws FD_STACK_NOT_UP, FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID
 */
export async function findMonitoring(system: string | undefined, folder: StateFolder): Promise<Monitoring> {
  if (system === undefined) return ownMonitoring(folder, { store: false })
  const [{ readSystem }, { openMonitoring }] = await Promise.all([
    import('../../foreign/file/system-file.ts'),
    import('../../foreign/monitoring/monitoring.ts'),
  ])
  return openMonitoring(await readSystem(system))
}

interface Monitoring {
  prometheus: Prometheus
  alertmanager: Alertmanager
}

async function ownMonitoring(folder: StateFolder, { store: wantsStore }: { store: boolean }): Promise<Monitoring> {
  const [{ connectSystem }, probes, { Prometheus: Live }] = await Promise.all([
    import('../../api/client/connect-system.ts'),
    import('../../probes/alertmanager.ts'),
    import('../../probes/prometheus.ts'),
  ])
  const { endpoints, access } = await (await connectSystem(folder)).describe()
  const { store, ...own } = access?.prometheus ?? {}
  return {
    prometheus: new Live(endpoints.prometheus, wantsStore ? { ...own, store } : own),
    alertmanager: new probes.Alertmanager(endpoints.alertmanager, access?.alertmanager),
  }
}
