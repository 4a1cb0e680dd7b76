import type { HarmedLink, LinkSubject, LinkView } from '../../../faults/link.ts'
import type { ChangePatches } from '../../../faults/workload.ts'
import { type Cluster, isNotFound } from '../../../kubernetes/cluster.ts'
import type { Endpoints, Service } from '../../../kubernetes/objects.ts'
import { resourcePath } from '../../../kubernetes/paths.ts'
import type { Allowance, PodPrograms } from '../../file/kubernetes/pod-programs.ts'
import { checkNamespace } from '../faults/check-loss.ts'
import { changeObject } from '../undo/change-object.ts'
import { type ChangedObject, objectPath, objectText } from '../undo/changed-object.ts'
import { patchWithHint, undoOnly } from '../undo/patch-with-hint.ts'
import { refuseOthers } from './check-service.ts'
import { countsOf } from './proxy-counts.ts'
import { proxyName, proxySelector } from './proxy-objects.ts'
import { proxyProgram } from './proxy-program.ts'
import { startProxy } from './start-proxy.ts'

/** What faults may do to a link that is a Service. */

/** How often it is looked at whether the Service still sends to the proxy, in milliseconds. */
const LOOK_EVERY_MS = 2_000

export interface LinkSubjectOptions {
  cluster: Cluster
  namespace: string
  /** Name of the Service. */
  service: string
  allow: readonly Allowance[]
  programs: PodPrograms
  /** Called before each act. @throws FD_FAULT_REFUSED where this run may not act in that namespace */
  enter(namespace: string, isAllowed: boolean): void
  /** The program of the proxy. Default: that of the build. */
  program?(): Promise<string>
}

/** The subject of faults on a link that is a Service: the proxy comes before its pods by its selector. */
export function linkSubject(options: LinkSubjectOptions): LinkSubject {
  const { cluster, namespace, service: name, allow, programs, program = proxyProgram } = options
  const object: ChangedObject = { namespace, kind: 'service', name }
  const text = objectText(object)
  return {
    description: text,
    harm: async (harm, { seed, ...held }): Promise<HarmedLink> => {
      checkNamespace({ place: object, allow })
      options.enter(namespace, allow.includes('several-namespaces'))
      const service = await cluster.request<Service>({ path: objectPath(object) })
      refuseOthers(service, text)
      const patches = divert(service, held.id)
      const source = await program()
      const made = await changeObject(
        { cluster, object, programs },
        {
          fault: harm.fault,
          what: patches.what,
          undo: undoOnly(service, patches.undo),
          prepare: (owner) =>
            startProxy(
              { cluster, namespace, image: programs.image },
              { id: held.id, service, harm, seed, owner, program: source },
              held.signal,
            ),
          ...patchWithHint({ cluster, object }, service, patches.act),
        },
        held,
      )
      const look = () => lookAt(cluster, object, held.id)
      return { ...made, look, renew: whileDiverted(() => made.renew(), look) }
    },
  }
}

/** The selector becomes that of the proxy, and again what it was. */
function divert({ spec: { selector: before = {} } }: Service, id: string): ChangePatches {
  const path = '/spec/selector'
  const ours = proxySelector(id)
  return {
    act: [
      { op: 'test', path, value: before },
      { op: 'replace', path, value: ours },
    ],
    undo: [
      { op: 'test', path, value: ours },
      { op: 'replace', path, value: before },
    ],
    what: `pod ${proxyName(id)} instead of ${labelsText(before)}`,
  }
}

async function lookAt(cluster: Cluster, object: ChangedObject, id: string): Promise<LinkView> {
  const { namespace, name } = object
  const pod = proxyName(id)
  const path = resourcePath({ namespace, resource: 'endpoints', name })
  const [endpoints, counts] = await Promise.all([
    cluster.request<Endpoints>({ path }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined
      throw error
    }),
    countsOf(cluster, { namespace, name: pod }),
  ])
  const addresses = (endpoints?.subsets ?? []).flatMap((subset) => subset.addresses ?? [])
  const names = [...new Set(addresses.map(({ targetRef, ip }) => targetRef?.name ?? ip ?? 'an address'))]
  const isDiverted = names.length === 1 && names[0] === pod
  return {
    isDiverted,
    sendsTo: `${objectText(object)} sends to ${sendsTo(names, isDiverted)}`,
    connections: counts?.connections ?? 0,
    bytes: counts?.bytes ?? 0,
  }
}

function sendsTo(names: readonly string[], isDiverted: boolean): string {
  if (names.length === 0) return 'no pod'
  return isDiverted ? `pod ${names.join()} alone` : names.join(', ')
}

/** Renews for as long as the Service sends to the proxy: what somebody else has put back, or a pod that is gone, ends the fault. */
function whileDiverted(renew: () => Promise<boolean>, look: () => Promise<LinkView>): () => Promise<boolean> {
  let lookedMs = performance.now()
  let wasDiverted = false
  return async () => {
    if (!(await renew())) return false
    if (performance.now() - lookedMs < LOOK_EVERY_MS) return true
    lookedMs = performance.now()
    const { isDiverted } = await look()
    // The endpoints follow the selector a little later.
    const isOver = wasDiverted && !isDiverted
    wasDiverted ||= isDiverted
    return !isOver
  }
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}
