import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { faults } from '../../../faults/faults.ts'
import type { ApiRequest, Cluster } from '../../../kubernetes/cluster.ts'
import { accessFindings, checkedUses } from './access-findings.ts'
import { askAccess } from './ask-access.ts'
import { type AccessPlaces, grantsOf } from './permission.ts'
import { faultUses, needsOf, permissions, type UseName } from './permissions.ts'
import { roleFor } from './role.ts'

const places: AccessPlaces = {
  namespace: 'shop',
  workloads: [
    { kind: 'deployment', name: 'checkout' },
    { kind: 'statefulset', name: 'basket' },
  ],
  links: ['db'],
  proxied: [{ namespace: 'monitoring', name: 'http:prometheus-operated:web' }],
  monitoring: ['monitoring'],
}

interface Rule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

/** A cluster whose API server allows what a Role says. */
class RoleCluster implements Pick<Cluster, 'request'> {
  readonly asked: string[] = []
  readonly #rules: ReadonlyMap<string, readonly Rule[]>

  constructor(yaml: string) {
    const roles = parseAllDocuments(yaml).map(
      (one) => one.toJS() as { kind: string; metadata: { name: string; namespace: string }; rules: Rule[] },
    )
    this.#rules = new Map(
      roles
        .filter(({ kind, metadata }) => kind === 'Role' && metadata.name !== 'firedrill-undo')
        .map((role) => [role.metadata.namespace, role.rules]),
    )
  }

  async request<T>({ path, body }: ApiRequest): Promise<T> {
    expect(path).toBe('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')
    const { resourceAttributes: wanted } = (body as { spec: { resourceAttributes: Record<string, string> } }).spec
    const { namespace = '', verb = '', group = '', resource = '', subresource, name } = wanted
    const whole = subresource === undefined ? resource : `${resource}/${subresource}`
    this.asked.push(`${verb} ${whole} ${name ?? '*'} ${namespace}`)
    const allowed = (this.#rules.get(namespace) ?? []).some(
      ({ apiGroups, resources, resourceNames, verbs }) =>
        apiGroups.includes(group) &&
        resources.includes(whole) &&
        verbs.includes(verb) &&
        (resourceNames === undefined || (name !== undefined && resourceNames.includes(name))),
    )
    return { status: { allowed } } as T
  }
}

const roleOf = (...uses: UseName[]) =>
  roleFor({ name: 'firedrill', places, uses, subjects: [], undoAccount: 'undo-job' })
const findingsFor = async (yaml: string) => {
  const access = await askAccess(new RoleCluster(yaml), { places, uses: checkedUses(places) })
  return accessFindings(access, {
    places,
    uses: checkedUses(places),
    roleCommand: (names) => `role ${names.join(',')}`,
    kubectl: 'kubectl',
  })
}

/** Faults that these places can have. */
const ALL = faultUses.filter((use) => checkedUses(places).includes(use)).join(',')

describe('the table of permissions', () => {
  it('names faults that there are', () => {
    expect(faultUses.filter((name) => !(name in faults))).toEqual([])
    expect(faultUses.length).toBeGreaterThan(3)
  })

  it('says of each right what it is for', () => {
    for (const name of Object.keys(permissions) as UseName[])
      for (const { to, verbs } of needsOf(name)) {
        expect(to).not.toBe('')
        expect(verbs.length).toBeGreaterThan(0)
      }
  })
})

describe('roleFor', () => {
  it('allows exactly what its faults need, and no other fault', async () => {
    const findings = await findingsFor(roleOf('lose', 'scale'))
    const ok = findings.find(({ status }) => status === 'ok')
    expect(ok?.detail).toContain('lose')
    expect(ok?.detail).toContain('scale')
    const off = findings.filter(({ status }) => status !== 'ok').map(({ detail }) => detail)
    expect(off.join('\n')).toMatch(/may not get and create pods\/exec in shop: crash is switched off/)
    expect(off.join('\n')).toContain('may not create pods/eviction in shop: drain and restart are switched off')
    expect(findings.filter(({ status }) => status === 'bad')).toEqual([])
    // The Role that is suggested keeps what is allowed already.
    expect(findings.flatMap(({ help }) => help)).toEqual([`role ${ALL} | kubectl apply -f -`])
  })

  it('allows everything with every fault', async () => {
    const findings = await findingsFor(roleOf(...faultUses))
    expect(findings.map(({ status }) => status)).toEqual(['ok'])
  })

  it('says above each rule what needs it', () => {
    const lines = roleOf('crash').split('\n')
    const at = lines.findIndex((line) => line.includes('"pods/exec"'))
    expect(lines.slice(at - 2, at + 2)).toEqual([
      '  # crash: to end the process of a container',
      '  - apiGroups: [""]',
      '    resources: ["pods/exec"]',
      '    verbs: ["get","create"]',
    ])
  })

  it('names the workloads and the services of the monitoring, so that no others can be reached', () => {
    const yaml = roleOf('scale')
    const rules = parseAllDocuments(yaml).flatMap((one) => (one.toJS() as { rules?: Rule[] }).rules ?? [])
    const of = (resource: string) => rules.filter(({ resources }) => resources.includes(resource))
    const named = (resource: string) => of(resource).map(({ resourceNames }) => resourceNames?.join())
    expect(new Set(named('deployments'))).toEqual(new Set(['checkout']))
    expect(new Set(named('statefulsets'))).toEqual(new Set(['basket']))
    expect(of('services/proxy')[0]?.resourceNames).toEqual(['http:prometheus-operated:web'])
  })

  it('gives the Job that undoes changes an account of its own, which can do nothing else', () => {
    const documents = parseAllDocuments(roleOf('bad-image')).map((one) => one.toJS())
    const own = documents.filter(({ metadata }) => ['firedrill-undo', 'undo-job'].includes(metadata.name))
    expect(own.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'Role', 'RoleBinding'])
    const rules: Rule[] = own[1].rules
    expect(rules.map(({ resources: [resource], verbs }) => `${resource} ${verbs}`)).toEqual([
      'deployments get,patch',
      'statefulsets get,patch',
      'leases get,patch,delete',
    ])
    expect(parseAllDocuments(roleOf('lose')).map((one) => one.toJS().kind)).toEqual(['Role', 'Role'])
  })

  it('names the Services that are links, and lets the Job put those back', () => {
    const documents = parseAllDocuments(roleOf('network-latency')).map((one) => one.toJS())
    const rulesOf = (name: string): Rule[] =>
      documents.find(({ kind, metadata }) => kind === 'Role' && metadata.name === name && metadata.namespace === 'shop')
        .rules
    const of = (name: string, resource: string) =>
      rulesOf(name)
        .filter(({ resources }) => resources.includes(resource))
        .map(({ resourceNames = ['any'], verbs }) => `${verbs} ${resourceNames}`)
    expect(of('firedrill', 'services')).toContain('get,patch db')
    expect(of('firedrill', 'endpoints')).toEqual(['get db'])
    expect(of('firedrill-undo', 'services')).toEqual(['get,patch db'])
    expect(of('firedrill-undo', 'deployments')).toEqual([])
  })

  it('allows nothing for links in a namespace that has none', () => {
    const request = { name: 'firedrill', subjects: [], undoAccount: 'undo-job' }
    const without = { ...places, links: [] }
    expect(roleFor({ ...request, places: without, uses: ['network-latency'] })).toBe(
      roleFor({ ...request, places: without, uses: [] }),
    )
  })

  it('binds it to subjects that are named', () => {
    const subjects = [
      { kind: 'User' as const, name: 'ann' },
      { kind: 'ServiceAccount' as const, name: 'ci', namespace: 'build' },
    ]
    const documents = parseAllDocuments(
      roleFor({ name: 'firedrill', places, uses: [], subjects, undoAccount: 'undo' }),
    ).map((one) => one.toJS())
    expect(documents.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      'Role shop',
      'RoleBinding shop',
      'Role monitoring',
      'RoleBinding monitoring',
    ])
    expect(documents[1].subjects).toEqual([
      { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'ann' },
      { kind: 'ServiceAccount', name: 'ci', namespace: 'build' },
    ])
  })
})

describe('accessFindings', () => {
  it('is bad where pods cannot be seen, and says that no drill can run', async () => {
    const findings = await findingsFor('kind: Role\nmetadata: { namespace: shop }\nrules: []\n')
    const bad = findings.filter(({ status }) => status === 'bad').map(({ detail }) => detail)
    expect(bad.some((detail) => detail.includes('list pods') && detail.includes('no drill can run'))).toBe(true)
  })

  it('prints one command, for a Role with all faults', async () => {
    const findings = await findingsFor('kind: Role\nmetadata: { namespace: shop }\nrules: []\n')
    expect(findings.flatMap(({ help }) => help)).toEqual([`role ${ALL} | kubectl apply -f -`])
  })

  it('does not say that faults are allowed where they are refused', async () => {
    const access = { refused: new Map<string, string>(), unanswered: undefined }
    const context = { places, uses: checkedUses(places), roleCommand: () => '', kubectl: 'kubectl' }
    expect(accessFindings(access, { ...context, refusedHere: 'refused here' })).toEqual([
      { name: 'access', status: 'note', detail: 'refused here', help: [] },
    ])
  })

  it('reports that it could not ask', async () => {
    const request = async () => Promise.reject(new Error('connection refused'))
    const access = await askAccess({ request }, { places, uses: ['look'] })
    const findings = accessFindings(access, { places, uses: ['look'], roleCommand: () => '', kubectl: 'kubectl' })
    expect(findings).toEqual([
      {
        name: 'access',
        status: 'note',
        detail: 'what Firedrill may do in shop cannot be asked: connection refused',
        help: [],
      },
    ])
  })

  it('asks about each right once, though several faults need it', async () => {
    const cluster = new RoleCluster('kind: Role\nmetadata: { namespace: shop }\nrules: []\n')
    await askAccess(cluster, { places, uses: checkedUses(places) })
    expect(cluster.asked.filter((one) => one === 'patch deployments checkout shop')).toHaveLength(1)
    expect(new Set(cluster.asked).size).toBe(cluster.asked.length)
  })
})

describe('grantsOf', () => {
  it('asks about each workload by its kind and name', () => {
    const permission = needsOf('restart').find(({ group }) => group === 'apps')
    expect(permission === undefined ? [] : grantsOf(permission, places)).toEqual([
      { group: 'apps', verb: 'patch', namespace: 'shop', resource: 'deployments', name: 'checkout' },
      { group: 'apps', verb: 'patch', namespace: 'shop', resource: 'statefulsets', name: 'basket' },
    ])
  })
})
