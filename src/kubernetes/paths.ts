import { kubernetesErrors } from './cluster.ts'

/** Paths of the API server. Every name that goes into one is checked. */

/** `/api/v1/namespaces/shop/pods/web-1/log`; without a name it is that of the list. @throws FD_KUBERNETES_ANSWER for what is no name */
export function resourcePath({ api = CORE, namespace, resource, name, subresource }: ResourcePlace): string {
  const parts = [
    ...(namespace === undefined ? [] : ['namespaces', checkName(namespace)]),
    resource,
    ...(name === undefined ? [] : [checkName(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ]
  return `${api}/${parts.join('/')}`
}

/** The group of pods, services and config maps. */
export const CORE = '/api/v1'
/** Deployments, stateful sets, daemon sets and replica sets: `v1` since Kubernetes 1.9. */
export const APPS = '/apis/apps/v1'
/** Network policies: `v1` since Kubernetes 1.7. */
export const NETWORKING = '/apis/networking.k8s.io/v1'

export interface ResourcePlace {
  /** Group and version: "/apis/apps/v1". Default: the core group. */
  api?: string
  namespace?: string
  /** Its plural: "pods". */
  resource: string
  name?: string
  subresource?: string
}

/** Base path, with a slash at its end, of what answers behind the API server: a port of a service or of a pod, by name or number. */
export function proxyPath({ namespace, resource, name, port, scheme = 'http' }: ProxyPlace): string {
  // Without a port: that of a Service which has no name, and the first one of a pod.
  const target = `${scheme}:${checkName(name)}:${port === undefined ? '' : checkName(String(port))}`
  return `${CORE}/namespaces/${checkName(namespace)}/${resource}/${target}/proxy/`
}

export interface ProxyPlace {
  namespace: string
  resource: 'services' | 'pods'
  name: string
  port?: string | number | undefined
  scheme?: 'http' | 'https' | undefined
}

/**
 * Names of objects: of most kinds those of DNS, of roles also with colons. Never a way to another path, and never an option.
 * @throws FD_KUBERNETES_ANSWER
 */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:-]{0,252}$/.test(name) && !name.includes('..')) return name
  throw kubernetesErrors.error('FD_KUBERNETES_ANSWER', {
    message: `${JSON.stringify(name)} is no name of an object`,
    expected: 'letters, digits, hyphens and dots',
  })
}
