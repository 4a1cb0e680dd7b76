import { readIfThere } from '../base/files.ts'
import type { SystemDescription, SystemUnderDrill } from '../drills/system.ts'
import type { ProbeAccess } from '../probes/json.ts'
import type { StateFolder } from '../runtimes/native/state-folder.ts'
import type { SecretName } from '../stack/part.ts'
import { basicAuthorization } from '../stack/password.ts'
import { connectControl } from './control-file.ts'
import { systemOf } from './system.ts'

/** How the monitoring of the stack in this folder is asked: with the passwords that lie there. */
export async function readAccess(folder: StateFolder): Promise<NonNullable<SystemDescription['access']>> {
  const accessWith = async (name: SecretName): Promise<ProbeAccess> => {
    const password = (await readIfThere(folder.secretFile(name)))?.trim()
    return password ? { authorization: basicAuthorization(password) } : {}
  }
  return { prometheus: await accessWith('prometheus'), alertmanager: await accessWith('alertmanager') }
}

/** The stack of this folder, as a drill sees it. @throws FD_STACK_NOT_UP */
export async function connectSystem(folder: StateFolder): Promise<SystemUnderDrill> {
  return systemOf(await connectControl(folder), await readAccess(folder))
}
