import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import { clusterErrors } from '../../runtimes/kubernetes/errors.ts'
import { type RenderOptions, renderKubernetes } from '../../runtimes/kubernetes/manifests/render.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { Topology } from '../../stack/part.ts'

/** Writes the manifests of a stack in a cluster, with what its user changes in them. */

/** Names that kustomize knows its file by. */
const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']
/** Names in the state folder: an overlay finds the base at `../base`. */
const BASE = 'base'
const OVERLAY = 'overlay'
/** The manifest of the namespace alone, from the folder of manifests. */
export const NAMESPACE_FILE = `${BASE}/namespace.yaml`

/** @throws FD_CLUSTER_OVERLAY where the folder has no kustomization */
export function checkOverlay(overlay: string | undefined): void {
  if (overlay === undefined || KUSTOMIZATIONS.some((name) => existsSync(join(overlay, name)))) return
  throw clusterErrors.error('FD_CLUSTER_OVERLAY', {
    message: 'this is no overlay: it has no kustomization.yaml',
    where: overlay,
    expected: `a folder with a kustomization.yaml that names ../${BASE} among its resources`,
    next: 'docs/kubernetes-stack.md has one',
  })
}

/** Writes the manifests into the state folder, with a copy of the overlay beside them; resolves with the folder to apply. */
export async function writeManifests(
  folder: StateFolder,
  topology: Topology,
  { overlay, ...options }: RenderOptions & { overlay?: string | undefined },
): Promise<string> {
  const [base, copy] = [join(folder.kubernetes, BASE), join(folder.kubernetes, OVERLAY)]
  // What an earlier version has rendered is not applied again.
  for (const path of [base, copy]) await rm(path, { recursive: true, force: true })
  for (const [name, text] of renderKubernetes(topology, options)) await writeAtomically(join(base, name), text)
  if (overlay === undefined) return base
  await cp(overlay, copy, { recursive: true })
  return copy
}
