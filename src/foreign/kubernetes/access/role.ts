import { stringify } from 'yaml'
import { type AccessPlaces, grantsOf, type Permission, type Verb } from './permission.ts'
import { basicUses, faultUses, faultUsesIn, grantedFor, isHeld, type UseName, undoJobNeeds } from './permissions.ts'

/** The Role that drills need in a cluster, as YAML for `kubectl apply -f -`. */

/** Who gets the rights. */
export interface RoleSubject {
  kind: 'User' | 'Group' | 'ServiceAccount'
  name: string
  /** Of a service account. */
  namespace?: string
}

export interface RoleRequest {
  /** Of the Role and its binding. */
  name: string
  places: AccessPlaces
  /** Faults, and other uses beside the basic ones. */
  uses: readonly UseName[]
  subjects: readonly RoleSubject[]
  /** The service account of the Job that undoes changes. */
  undoAccount: string
}

/**
 * One Role for each namespace, with a comment on each rule that says what needs it; bindings, where subjects are named; and, where a fault
 * changes a workload, the account of the Job that undoes it. Pure.
 */
export function roleFor({ name, places, uses: asked, subjects, undoAccount }: RoleRequest): string {
  const possible = faultUsesIn(places)
  const uses = asked.filter((use) => !faultUses.includes(use) || possible.includes(use))
  const wanted = [...basicUses, ...uses].flatMap((use) => grantedFor(use).map((permission) => ({ use, permission })))
  const rules = rulesOf(places, wanted)
  const namespaces = [...new Set(rules.map(({ namespace }) => namespace))]
  const documents = namespaces.flatMap((namespace) => [
    roleDocument(name, namespace, rules),
    ...(subjects.length === 0 ? [] : [bindingDocument(name, namespace, subjects)]),
  ])
  const undo = uses.some(isHeld) ? undoDocuments({ name: `${name}-undo`, account: undoAccount, uses }, places) : []
  return [...documents, ...undo].join('---\n')
}

/** A right, and what it is for. */
interface Wanted {
  use: string
  permission: Permission
}

interface Rule {
  namespace: string
  group: string
  resource: string
  /** Empty: all objects. */
  names: string[]
  verbs: Verb[]
  /** "crash: to end the process of a container" */
  comments: string[]
}

/** What is wanted, each rule once: verbs of the same objects together. */
function rulesOf(places: AccessPlaces, wanted: readonly Wanted[]): Rule[] {
  const rules = new Map<string, Rule>()
  for (const { use, permission } of wanted) {
    const comment = `${use}: to ${permission.to}`
    for (const { namespace, group, resource, verb, name } of grantsOf(permission, places)) {
      // With names and without are different rules: a name that is left out allows all.
      const key = JSON.stringify([namespace, group, resource, name === undefined])
      const rule = rules.get(key) ?? { namespace, group, resource, names: [], verbs: [], comments: [] }
      if (name !== undefined) add(rule.names, name)
      add(rule.verbs, verb)
      add(rule.comments, comment)
      rules.set(key, rule)
    }
  }
  return [...rules.values()]
}

function add<T>(list: T[], value: T): void {
  if (!list.includes(value)) list.push(value)
}

function roleDocument(name: string, namespace: string, rules: readonly Rule[]): string {
  const head = stringify({ apiVersion: RBAC, kind: 'Role', metadata: { name, namespace } })
  const own = rules.filter((rule) => rule.namespace === namespace)
  const lines = own.flatMap(({ comments, group, resource, names, verbs }) => {
    const fields = {
      apiGroups: [group],
      resources: [resource],
      ...(names.length === 0 ? {} : { resourceNames: names }),
      verbs,
    }
    const [first = '', ...rest] = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    return [...comments.map((comment) => `  # ${comment}`), `  - ${first}`, ...rest.map((line) => `    ${line}`)]
  })
  return `${head}rules:\n${lines.join('\n')}\n`
}

function bindingDocument(name: string, namespace: string, subjects: readonly RoleSubject[]): string {
  return stringify({
    apiVersion: RBAC,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: RBAC_GROUP, kind: 'Role', name },
    subjects: subjects.map(({ kind, name: subject, namespace: of }) =>
      kind === 'ServiceAccount'
        ? { kind, name: subject, namespace: of ?? namespace }
        : { kind, apiGroup: RBAC_GROUP, name: subject },
    ),
  })
}

function undoDocuments(
  { name, account, uses }: { name: string; account: string; uses: readonly UseName[] },
  places: AccessPlaces,
): string[] {
  const { namespace } = places
  const rules = rulesOf(
    places,
    undoJobNeeds(uses).map((permission) => ({ use: 'the Job that undoes changes', permission })),
  )
  return [
    stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace } }),
    roleDocument(name, namespace, rules),
    bindingDocument(name, namespace, [{ kind: 'ServiceAccount', name: account, namespace }]),
  ]
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'
const RBAC = `${RBAC_GROUP}/v1`
