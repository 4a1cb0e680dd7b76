import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import { packageFolder } from '../../base/files/package-folder.ts'
import { ClusterStack } from '../../runtimes/kubernetes/cluster/cluster-stack.ts'
import type { ClusterPart } from '../../runtimes/kubernetes/cluster/part-states.ts'
import { untilReady } from '../../runtimes/kubernetes/cluster/until-ready.ts'
import { readImage } from '../../runtimes/kubernetes/own-image.ts'
import { establish } from '../../runtimes/native/establish.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../../stack/part.ts'
import type { Profile } from '../../stack/profile.ts'
import { type StackSettings, withoutSecrets } from '../../stack/settings.ts'
import { describeKubernetesStack } from '../control/kubernetes-stack.ts'
import { apiErrors } from '../errors.ts'
import { readComposeFile } from '../stack-files/compose-file.ts'
import { findControl } from '../stack-files/control-file.ts'
import { placeText, readKubernetesFile, writeKubernetesFile } from '../stack-files/kubernetes-file.ts'
import { kubernetesSystem, systemFileOf } from './kubernetes-system.ts'
import { checkOverlay, NAMESPACE_FILE, writeManifests } from './write-manifests.ts'

/** Starts a stack in a cluster, and looks at it. */

/** Until every part is ready, in milliseconds: images are fetched, volumes made, PostgreSQL filled. */
const UP_WITHIN_MS = 10 * 60_000
/** The secrets of the stack that commands on this machine need: the gateway's token, and what people log in with. */
const KEPT: readonly SecretName[] = ['control', 'prometheus', 'alertmanager', 'grafana']

export interface UpInKubernetesOptions {
  context: string
  namespace: string
  /** Of Firedrill's own programs, where the nodes can fetch it. */
  image: string
  /** A folder whose kustomization changes the manifests. */
  overlay?: string | undefined
  profile: Profile
  settings: StackSettings
  signal: AbortSignal
  onStep(text: string): void
  onReady(part: ClusterPart): void
  onWhy(part: ClusterPart, why: string): void
}

/** The stack in a cluster, for people and programs. */
export interface ClusterView {
  runtime: 'kubernetes'
  context: string
  namespace: string
  state: 'up' | 'degraded'
  parts: ClusterPart[]
  /** Path of the description that drills on it name with --system. */
  system: string
  /** Paths of drills for it. */
  drills: string[]
}

/**
 * Renders the manifests for the cluster, applies them, and waits until every part is ready. Safe to do again: what is there and the same
 * stays. Nothing is done before all of it can be.
 * @throws FD_KUBERNETES_CLIENT, FD_CLUSTER_OLD, FD_CLUSTER_NAMESPACE, FD_CLUSTER_RIGHTS, FD_CLUSTER_OVERLAY, FD_CLUSTER_KUBECTL,
 * FD_CLUSTER_NOT_READY, FD_STACK_UP
 */
export async function upInKubernetes(folder: StateFolder, options: UpInKubernetesOptions): Promise<ClusterView> {
  const { context, namespace, overlay, profile, signal, onStep } = options
  const image = readImage(options.image)
  checkOverlay(overlay)
  const id = await establish(folder)
  await refuseOther(folder, options)
  const stack = new ClusterStack({ context, namespace, id })
  try {
    const { version, policyApi, isThere } = await stack.check(signal)
    onStep(`Kubernetes ${version}, context ${context}, namespace ${namespace}${isThere ? '' : ' (new)'}`)
    const settings = withoutSecrets(options.settings)
    const topology = await describeKubernetesStack(profile, settings)
    const rendered = { namespace, policyApi, settings, image, stackId: id, overlay }
    const applied = await writeManifests(folder, topology, rendered)
    // First, so that `down` also removes what an `up` that fails has left.
    await writeKubernetesFile(folder, { context, namespace, isUp: true })
    const own = settingsIn(process.env)
    if (own !== undefined) await stack.keepSettings(join(folder.kubernetes, NAMESPACE_FILE), own, signal)
    onStep(`applies ${applied}`)
    await stack.apply(applied, { signal })
    const { onReady, onWhy } = options
    const parts = await untilReady({ parts: () => stack.parts(signal), withinMs: UP_WITHIN_MS, signal, onReady, onWhy })
    await keepSecrets(folder, stack)
    const services = topology.parts.filter(({ maxReplicas }) => maxReplicas !== undefined).map(({ name }) => name)
    await writeAtomically(
      systemFileOf(folder),
      kubernetesSystem(folder, { context, namespace, image: options.image, services }),
      0o600,
    )
    await copyDrills(folder)
    return await viewOf(folder, { context, namespace, parts })
  } finally {
    await stack.close()
  }
}

/** The stack of the folder as it is now. @throws FD_STACK_NOT_UP, and what a request throws */
export async function viewInKubernetes(folder: StateFolder, signal: AbortSignal): Promise<ClusterView> {
  const file = readKubernetesFile(folder)
  const id = folder.knownId()
  if (file?.isUp !== true || id === undefined) throw notUp(folder, 'no stack is up here')
  const { context, namespace } = file
  const stack = new ClusterStack({ context, namespace, id })
  try {
    const parts = await stack.parts(signal)
    if (parts === undefined || parts.length === 0)
      throw notUp(folder, `nothing of the stack is in namespace ${namespace} of context ${context}`)
    return await viewOf(folder, { context, namespace, parts })
  } finally {
    await stack.close()
  }
}

/**
 * Removes the stack from its cluster, but its volumes and secrets; with `volumes` its namespace with all that is in it.
 * @throws FD_CLUSTER_NAMESPACE, FD_CLUSTER_KUBECTL, and what a request throws
 */
export async function downInKubernetes(
  folder: StateFolder,
  { id, volumes, onLine }: { id: string; volumes: boolean; onLine(text: string): void },
): Promise<'stopped' | 'not up'> {
  const file = readKubernetesFile(folder)
  if (file === undefined) return 'not up'
  const { context, namespace, isUp } = file
  if (!isUp && !volumes) return 'not up'
  const stack = new ClusterStack({ context, namespace, id })
  try {
    const place = placeText(file)
    if (volumes) {
      if ((await stack.remove()) === 'removed') onLine(`removed all of the stack ${place}`)
    } else {
      let removed = 0
      await stack.stop({ onLine: () => (removed += 1) })
      onLine(
        `removed ${removed} objects ${place}; volumes and secrets stay: firedrill down --purge removes the namespace`,
      )
    }
  } finally {
    await stack.close()
  }
  await writeKubernetesFile(folder, { context, namespace, isUp: false })
  return isUp ? 'stopped' : 'not up'
}

/** Settings that must not stand in manifests, with those beside them; `undefined` where no such setting is there. */
function settingsIn(env: NodeJS.ProcessEnv): Record<string, string> | undefined {
  const found = Object.entries(env).flatMap(([name, value]) =>
    /^FIREDRILL_(SLACK|SMTP|REMOTE_WRITE)_/.test(name) && value !== undefined && value !== '' ? [[name, value]] : [],
  )
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

async function viewOf(
  folder: StateFolder,
  { context, namespace, parts }: { context: string; namespace: string; parts: ClusterPart[] },
): Promise<ClusterView> {
  const state = parts.every(({ isReady }) => isReady) ? 'up' : 'degraded'
  const drills = await readdir(drillsOf(folder)).catch(() => [])
  return {
    runtime: 'kubernetes',
    context,
    namespace,
    state,
    parts,
    system: systemFileOf(folder),
    drills: drills.sort().map((name) => join(drillsOf(folder), name)),
  }
}

/** A state folder has one stack. @throws FD_STACK_UP */
async function refuseOther(folder: StateFolder, { context, namespace }: UpInKubernetesOptions): Promise<void> {
  const control = (await findControl(folder)) ?? readComposeFile(folder)
  const file = readKubernetesFile(folder)
  const isElsewhere = file !== undefined && (file.context !== context || file.namespace !== namespace)
  if (control === undefined && !isElsewhere) return
  const where = isElsewhere ? placeText(file) : 'on this machine'
  const next = isElsewhere
    ? 'firedrill down --purge to remove it with its volumes, --state FOLDER for a second stack'
    : 'firedrill down to stop it, --state FOLDER for a second stack'
  throw apiErrors.error('FD_STACK_UP', {
    message: `this folder has a stack already, ${where}`,
    where: folder.path,
    next,
  })
}

async function keepSecrets(folder: StateFolder, stack: Pick<ClusterStack, 'secrets'>): Promise<void> {
  const secrets = await stack.secrets()
  for (const name of KEPT) {
    const secret = secrets[name]
    if (secret !== undefined) await writeAtomically(folder.secretFile(name), secret, 0o600)
  }
}

/** Drills for workloads: those that ship for a stack with control kill processes, which pods do not show. */
async function copyDrills(folder: StateFolder): Promise<void> {
  await cp(join(packageFolder(), 'drills', 'kubernetes'), drillsOf(folder), { recursive: true })
}

function drillsOf(folder: StateFolder): string {
  return join(folder.kubernetes, 'drills')
}

function notUp(folder: StateFolder, message: string) {
  return apiErrors.error('FD_STACK_NOT_UP', {
    message,
    where: folder.path,
    next: 'firedrill up --runtime kubernetes, or --state FOLDER to name another stack',
  })
}
