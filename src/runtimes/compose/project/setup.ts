import { access, chmod, chown, lchown, mkdir, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readOrCreateSecret, writeAtomically } from '../../../base/files/files.ts'
import type { SecretName, Topology } from '../../../stack/part.ts'
import { SECRET_NAMES, StateFolder } from '../../native/state/state-folder.ts'
import { composeContext, PATHS } from './context.ts'
import { CONTROL, controlUid, type PartPlan, planParts } from './plan.ts'

/**
 * Runs before everything else, as root, with the project's volumes: generates the secrets that are missing, gives each
 * part those it needs (mode 0400, its own), writes the configuration, and hands the data folders to their users.
 */
export async function setUp(topology: Topology, root = ''): Promise<void> {
  const at = (path: string) => `${root}${path}`
  const master = at(`${PATHS.secrets}/master`)
  await mkdir(master, { recursive: true, mode: 0o700 })
  const entries = await Promise.all(
    SECRET_NAMES.map(async (name) => [name, await readOrCreateSecret(join(master, name))] as const),
  )
  const secrets = Object.fromEntries(entries) as Record<SecretName, string>
  for (const plan of planParts(topology)) await equip(plan, { topology, secrets, at })
  for (const file of topology.files) {
    if (file.secret) continue
    const path = composeContext(topology, file.part).file(file.name)
    await writeAtomically(at(path), file.render(composeContext(topology, file.part)), 0o644)
  }
  await mkdir(at(PATHS.targets), { recursive: true })
  // Prometheus reads what control writes.
  await own(at(PATHS.targets), controlUid, 0o755)
  const state = at(`${PATHS.data}/${CONTROL}`)
  await mkdir(join(state, 'secrets'), { recursive: true, mode: 0o700 })
  // Control finds the folder not empty: its id shows that it belongs to a stack. Control owns it from the first time on.
  if (!(await isThere(join(state, 'id')))) await new StateFolder(state).identify()
  for (const name of SECRET_NAMES) await writeAtomically(join(state, 'secrets', name), secrets[name], 0o600)
  await own(state, controlUid)
}

async function equip(
  plan: PartPlan,
  { topology, secrets, at }: { topology: Topology; secrets: Record<SecretName, string>; at: (path: string) => string },
): Promise<void> {
  const { part, uid, needs, component } = plan
  const folder = at(`${PATHS.secrets}/${part.name}`)
  if (needs.secrets.size > 0) {
    await mkdir(folder, { recursive: true, mode: 0o500 })
    for (const name of needs.secrets) {
      await writeAtomically(join(folder, name), secrets[name], 0o400)
    }
  }
  for (const file of plan.secretFiles) {
    const context = composeContext(topology, part.name, (name) => secrets[name])
    const path = at(context.file(file.name))
    await mkdir(dirname(path), { recursive: true, mode: 0o500 })
    await writeAtomically(path, file.render(context), 0o400)
  }
  if (needs.secrets.size > 0 || plan.secretFiles.length > 0) await own(folder, uid)
  const volumes = new Set([...needs.volumes, ...(component?.volume === undefined ? [] : [component.volume.name])])
  for (const name of volumes) await own(at(`${PATHS.data}/${name}`), uid)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/**
 * Creates the folder if it is missing, and gives it and its content to the user. Links change owner, not what they point to:
 * the part that writes the folder could point a link at the files of another.
 */
async function own(folder: string, uid: number, mode = 0o700): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const entry of await readdir(folder, { recursive: true })) await lchown(join(folder, entry), uid, uid)
  await chown(folder, uid, uid)
  await chmod(folder, mode)
}
