import { join } from 'node:path'
import { quoted } from '../../base/files/own-files.ts'
import { SYSTEM_FILE } from '../../runtimes/native/state/find-state.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { apiErrors } from '../errors.ts'
import { readComposeFile } from '../stack-files/compose-file.ts'
import { findControl, isAlive } from '../stack-files/control-file.ts'
import { placeText, readKubernetesFile } from '../stack-files/kubernetes-file.ts'
import { ControlClient } from './client.ts'

/**
 * A client for the stack of this folder, with the operator's token. The token is read when a request needs it, and no longer sent
 * once the control process that the folder names has ended: another process may have its port by then.
 * @throws FD_STACK_NOT_UP, FD_FILE_NOT_OURS
 */
export async function connectControl(folder: StateFolder): Promise<ControlClient> {
  const control = await findControl(folder)
  const found = control ?? readComposeFile(folder)
  if (found?.url === undefined) {
    refuseInCluster(folder)
    throw apiErrors.error('FD_STACK_NOT_UP', {
      message: found === undefined ? 'no stack is up here' : 'the stack has only just begun to start',
      where: folder.path,
      next: 'firedrill up, or --state FOLDER to name another stack',
    })
  }
  return new ControlClient(found.url, () =>
    control === undefined || isAlive(control) ? folder.secret('control') : undefined,
  )
}

/** @throws FD_STACK_WITHOUT_CONTROL */
function refuseInCluster(folder: StateFolder): void {
  const stack = readKubernetesFile(folder)
  if (stack?.isUp !== true) return
  throw apiErrors.error('FD_STACK_WITHOUT_CONTROL', {
    message: `the stack of this folder runs ${placeText(stack)}, where there is no control`,
    where: folder.path,
    expected: 'status, down, and commands with --system',
    next: `firedrill run DRILL --system ${quoted(join(folder.kubernetes, SYSTEM_FILE))}`,
  })
}
