import { faultErrors } from '../../../faults/errors.ts'
import type { Service } from '../../../kubernetes/objects.ts'
import { PROXY_LABEL } from '../undo/undo-record.ts'

/** Which Services the fault proxy can come before. */

/** Why it cannot come before this one; `undefined` where it can. Pure. */
export function whyNotBefore({ metadata, spec }: Service): NotBefore | undefined {
  const { selector = {}, ports = [], type, clusterIP } = spec
  if (type === 'ExternalName') return { message: 'is an ExternalName: it is a name of another host' }
  if (Object.keys(selector).length === 0)
    return { message: 'has no selector: what it sends to is kept by another program' }
  if (PROXY_LABEL in selector)
    return { message: 'is sent to a proxy of Firedrill already', next: 'firedrill system undo' }
  if (clusterIP === 'None') return { message: 'is headless: its users connect to the pods by their own addresses' }
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner !== undefined)
    return { message: `belongs to ${owner.kind} ${owner.name}, whose controller would put its selector back` }
  const other = ports.find(({ protocol = 'TCP' }) => protocol !== 'TCP')
  if (other !== undefined) return { message: `has a port that is not TCP: ${other.port}/${other.protocol}` }
  if (ports.length === 0) return { message: 'has no port' }
  if ([spec.externalTrafficPolicy, spec.internalTrafficPolicy].includes('Local'))
    return { message: 'sends to pods of the same node only (trafficPolicy: Local), and the proxy runs on one node' }
  return undefined
}

export interface NotBefore {
  /** Continues "service/db in shop …". */
  message: string
  next?: string
}

/** @throws FD_FAULT_REFUSED where the proxy cannot come before it */
export function refuseOthers(service: Service, text: string): void {
  const why = whyNotBefore(service)
  if (why === undefined) return
  throw faultErrors.error('FD_FAULT_REFUSED', {
    message: `${text} ${why.message}`,
    expected: 'a Service with a selector, a cluster IP, and ports of TCP',
    ...(why.next === undefined ? {} : { next: why.next }),
  })
}
