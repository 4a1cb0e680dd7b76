/** An object of Kubernetes, as it is written into a file. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Readonly<Record<string, string>>; annotations?: Readonly<Record<string, string>> }
  [field: string]: unknown
}

/** Names and labels of the objects of a stack. */

const NAME = 'app.kubernetes.io/name'
const KIND = 'app.kubernetes.io/component'
const STACK = 'app.kubernetes.io/part-of'
const FIREDRILL = 'firedrill'

/** By these a stack finds its pods: a condition, and the label that names the part. */
export const LABELS = { stack: `${STACK}=${FIREDRILL}`, service: NAME } as const

/** Labels of Kubernetes as Prometheus has them: "app_kubernetes_io_name". */
export const PROMETHEUS_LABELS = { name: inPrometheus(NAME), kind: inPrometheus(KIND) } as const

/** By this annotation of its pods the prober finds what it asks: a path for HTTP, or "tcp". */
export const PROBE = 'firedrill.dev/probe'
export const PROBE_IN_PROMETHEUS = inPrometheus(PROBE)
export const PROBE_BY_TCP = 'tcp'

/** The port by which a part is probed and scraped. */
export const MAIN_PORT = 'main'

/** All objects of the stack have this label. */
export const stackLabels: Readonly<Record<string, string>> = { [STACK]: FIREDRILL }

/** Labels by which the pods of a part are selected; they never change. */
export function selectorOf(part: string): Record<string, string> {
  return { [NAME]: part, ...stackLabels }
}

/** Labels of the objects of a part. */
export function labelsOf({ name, kind }: { name: string; kind: string }): Record<string, string> {
  return { [NAME]: name, [KIND]: kind, ...stackLabels }
}

/** Labels as a query has them. */
export function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

/** By this label of its namespace a stack that `up` has made is known: the id of its state folder. */
export const STACK_ID = 'firedrill.dev/stack'

/** The secrets of a part: `setup` makes them in the cluster. */
export function secretName(part: string): string {
  return `${part}-secrets`
}

/** Every secret of the stack, from which those of the parts are made. */
export const ALL_SECRETS = 'all-secrets'
/** What the reader of the manifests sets and that must not stand in them: a webhook of Slack, a password of a mail server. */
export const SETTINGS_SECRET = 'firedrill-settings'

/** A file as a key of a ConfigMap or Secret, which has no folders. */
export function keyOf(file: string): string {
  return file.replaceAll('/', '.')
}

function inPrometheus(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_')
}
