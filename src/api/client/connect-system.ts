import type { SystemDescription, SystemUnderDrill } from '../../drills/system.ts'
import type { ProbeAccess } from '../../probes/json.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../../stack/part.ts'
import { basicAuthorization } from '../../stack/password.ts'
import { readMetricsStore, storeAccess } from '../../stack/remote-store.ts'
import { findControl } from '../stack-files/control-file.ts'
import { connectControl } from './connect-control.ts'
import { drillSystem } from './drill-system.ts'

/** How a command connects a drill to the stack of a state folder. */

/**
 * How the monitoring of the stack in this folder is asked: with the passwords that lie there, and for samples the store that the
 * environment names.
 * @throws FD_FILE_NOT_OURS, FD_SECRET_WEAK, FD_STACK_SETTINGS
 */
export async function readAccess(
  folder: StateFolder,
  env: NodeJS.ProcessEnv = process.env,
): Promise<NonNullable<SystemDescription['access']>> {
  const accessWith = (name: SecretName): ProbeAccess => {
    const password = folder.secret(name)
    return password === undefined ? {} : { authorization: basicAuthorization(password) }
  }
  const store = readMetricsStore(env)
  return {
    prometheus: { ...accessWith('prometheus'), ...(store && { store: storeAccess(store) }) },
    alertmanager: accessWith('alertmanager'),
  }
}

/** The stack of this folder, as a drill sees it. @throws FD_STACK_NOT_UP */
export async function connectSystem(folder: StateFolder): Promise<SystemUnderDrill> {
  const system = drillSystem(await connectControl(folder), await readAccess(folder))
  const control = await findControl(folder)
  const pids = control === undefined ? [] : [control.control.pid]
  return { ...system, describe: async () => ({ ...(await system.describe()), pids }) }
}
