import type { SystemFinding } from '../../system-finding.ts'
import type { Access } from './ask-access.ts'
import { type AccessPlaces, type Grant, grantKey, grantsOf, type Verb } from './permission.ts'
import {
  basicUses,
  faultUses,
  faultUsesIn,
  needsOf,
  type PermissionUse,
  permissions,
  type UseName,
} from './permissions.ts'

/** What `system check` reports of our rights in a cluster: in sentences, what is missing and which faults that switches off. Pure. */
export function accessFindings(
  access: Access,
  { places, uses, refusedHere, roleCommand, kubectl }: AccessContext,
): SystemFinding[] {
  if (access.unanswered !== undefined) {
    const detail = `what Firedrill may do in ${places.namespace} cannot be asked: ${access.unanswered}`
    return [{ name: NAME, status: 'note', detail, help: [] }]
  }
  const missing = uses.flatMap((use) => {
    const refused = refusedOf(use, access, places)
    return refused.length === 0 ? [] : [{ use, refused }]
  })
  const off = missing.map(({ use }) => use).filter((use) => faultUses.includes(use))
  const on = faultUses.filter((use) => uses.includes(use) && !off.includes(use))
  const findings = byRefusal(missing).map(({ refused, uses: without }): SystemFinding => {
    const isNeeded = without.some((use) => NEEDED.includes(use))
    return {
      name: NAME,
      status: isNeeded ? 'bad' : 'note',
      detail: `may not ${grantsText(refused)}: ${consequence(without)}`,
      help: [],
    }
  })
  // One Role for all: each that is applied replaces the one before.
  findings.at(-1)?.help.push(`${roleCommand(faultUses.filter((use) => uses.includes(use)))} | ${kubectl} apply -f -`)
  if (on.length === 0) return findings
  if (refusedHere !== undefined) return [...findings, { name: NAME, status: 'note', detail: refusedHere, help: [] }]
  return [
    ...findings,
    { name: NAME, status: 'ok', detail: `allows in ${places.namespace}: ${on.join(', ')}`, help: [] },
  ]
}

const NAME = 'access'

/** Without these there is no drill at all. */
const NEEDED: readonly UseName[] = ['look', 'ask']

export interface AccessContext {
  places: AccessPlaces
  /** Those that were asked about. */
  uses: readonly UseName[]
  /** Why faults are refused there whatever the cluster allows. */
  refusedHere?: string | undefined
  /** The command that prints a Role for these faults. */
  roleCommand(faults: readonly UseName[]): string
  /** How kubectl is called for this cluster: "kubectl --context lab". */
  kubectl: string
}

/** What of a use is not allowed. */
export function refusedOf(use: UseName, { refused }: Pick<Access, 'refused'>, places: AccessPlaces): Grant[] {
  return needsOf(use)
    .flatMap((permission) => grantsOf(permission, places))
    .filter((grant) => refused.has(grantKey(grant)))
}

/** Every use that lacks the same rights stands in one sentence. */
function byRefusal(missing: readonly { use: UseName; refused: readonly Grant[] }[]) {
  const groups = new Map<string, { refused: readonly Grant[]; uses: UseName[] }>()
  for (const { use, refused } of missing) {
    const key = grantsText(refused)
    const group = groups.get(key) ?? { refused, uses: [] }
    group.uses.push(use)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** "create pods/exec in shop", "patch deployments (checkout) and create jobs in shop". */
export function grantsText(grants: readonly Grant[]): string {
  const namespaces = new Map<string, Grant[]>()
  for (const grant of grants) namespaces.set(grant.namespace, [...(namespaces.get(grant.namespace) ?? []), grant])
  const texts = [...namespaces].map(([namespace, own]) => `${listed(resourceTexts(own))} in ${namespace}`)
  return listed(texts)
}

function resourceTexts(grants: readonly Grant[]): string[] {
  const resources = new Map<string, { verbs: Set<Verb>; names: Set<string> }>()
  for (const { resource, verb, name } of grants) {
    const known = resources.get(resource) ?? { verbs: new Set(), names: new Set() }
    known.verbs.add(verb)
    if (name !== undefined) known.names.add(name)
    resources.set(resource, known)
  }
  return [...resources].map(([resource, { verbs, names }]) => {
    const of = names.size === 0 ? '' : ` (${[...names].join(', ')})`
    return `${listed([...verbs])} ${resource}${of}`
  })
}

function consequence(uses: readonly UseName[]): string {
  const faults = uses.filter((use) => faultUses.includes(use))
  const others = uses.flatMap((use) => {
    const { without }: PermissionUse = permissions[use]
    return without === undefined ? [] : [without]
  })
  const off = faults.length === 0 ? [] : [`${listed(faults)} ${faults.length === 1 ? 'is' : 'are'} switched off`]
  return [...others, ...off].join('; ')
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** All that `system check` asks about in a place. */
export function checkedUses(places: AccessPlaces): UseName[] {
  return [...basicUses, ...faultUsesIn(places)]
}
