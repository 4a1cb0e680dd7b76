import { writeAtomically } from '../../base/files/files.ts'
import { IN_STATE, readOwnFile } from '../../base/files/own-files.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import { apiErrors } from '../errors.ts'

/** The stack of a folder that runs in a cluster: kubernetes.json, there from `up --runtime kubernetes` to `down --purge`. */
export interface KubernetesFile {
  /** Of kubectl. */
  context: string
  namespace: string
  /** Whether it is up, or only its volumes and secrets are left. */
  isUp: boolean
}

/** @throws FD_STATE_FOLDER when it is torn or something else, FD_FILE_NOT_OURS, FD_FILE_NOT_PLAIN */
export function readKubernetesFile(folder: StateFolder): KubernetesFile | undefined {
  const text = readOwnFile(folder.kubernetesFile, { remedy: IN_STATE })
  if (text === undefined) return undefined
  try {
    const { context, namespace, isUp } = JSON.parse(text) as Partial<Record<keyof KubernetesFile, unknown>>
    if (typeof context === 'string' && typeof namespace === 'string' && typeof isUp === 'boolean')
      return { context, namespace, isUp }
  } catch {
    // Refused below.
  }
  throw folder.refusal(`${folder.kubernetesFile} does not name the cluster of its stack; remove that file`)
}

export async function writeKubernetesFile(folder: StateFolder, stack: KubernetesFile): Promise<void> {
  await writeAtomically(folder.kubernetesFile, JSON.stringify(stack), 0o600)
}

/** A state folder has one stack: another runtime is refused while one is up in a cluster. @throws FD_STACK_UP */
export function refuseBesideCluster(folder: StateFolder): void {
  const stack = readKubernetesFile(folder)
  if (stack?.isUp !== true) return
  throw apiErrors.error('FD_STACK_UP', {
    message: `a stack is up already, ${placeText(stack)}`,
    where: folder.path,
    next: 'firedrill status to see it, firedrill down to stop it, --state FOLDER for a second stack',
  })
}

/** For people. */
export function placeText({ namespace, context }: Pick<KubernetesFile, 'namespace' | 'context'>): string {
  return `in namespace ${namespace} of context ${context}`
}
