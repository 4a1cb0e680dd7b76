import type { Alertmanager } from '../../probes/alertmanager.ts'
import type { Prometheus } from '../../probes/prometheus.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'

/** The Prometheus of `findMonitoring`. */
export async function findPrometheus(system: string | undefined, folder: StateFolder): Promise<Prometheus> {
  return (await findMonitoring(system, folder)).prometheus
}

/**
 * The monitoring of a system that is not ours, by its description; else that of the stack that is up.
 * @throws FD_STACK_NOT_UP, FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID
 */
export async function findMonitoring(
  system: string | undefined,
  folder: StateFolder,
): Promise<{ prometheus: Prometheus; alertmanager: Alertmanager }> {
  if (system !== undefined) {
    const [{ readSystem }, { openMonitoring }] = await Promise.all([
      import('../../foreign/file/system-file.ts'),
      import('../../foreign/monitoring/monitoring.ts'),
    ])
    return openMonitoring(await readSystem(system))
  }
  const [{ connectSystem }, probes, { Prometheus: Live }] = await Promise.all([
    import('../../api/client/connect-system.ts'),
    import('../../probes/alertmanager.ts'),
    import('../../probes/prometheus.ts'),
  ])
  const { endpoints, access } = await (await connectSystem(folder)).describe()
  return {
    prometheus: new Live(endpoints.prometheus, access?.prometheus),
    alertmanager: new probes.Alertmanager(endpoints.alertmanager, access?.alertmanager),
  }
}
