import { Type } from '#typebox'
import { ONE_LINE } from '../../../base/text/texts.ts'
import { ALLOWANCES, DEFAULT_PROGRAMS, LINK_ALLOWANCES } from './pod-programs.ts'

/** The parts of the schema of firedrill.yaml that are about Kubernetes. */

const closed = { additionalProperties: false } as const

/** Names of DNS: RFC 1123. */
const Name = (description: string) => Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$', description })

const place = {
  context: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      pattern: ONE_LINE,
      description: 'Context of kubectl. Default: that of `kubernetes`; without one the cluster around Firedrill',
    }),
  ),
  namespace: Type.Optional(Name('Namespace. Default: that of `kubernetes`')),
}

const Port = (description: string) =>
  Type.Union([Type.Integer({ minimum: 1, maximum: 65_535 }), Name('Name of a port')], {
    description: `a name or a number: ${description}`,
  })

const behind = {
  port: Type.Optional(Port('the port of that Service. Default: the one without a name')),
  scheme: Type.Optional(Type.Enum(['http', 'https'] as const, { description: 'What it speaks. Default: http' })),
}

/** Where the parts of a system on Kubernetes are, unless they say otherwise. */
export const clusterSchema = Type.Object(
  {
    ...place,
    image: Type.Optional(
      Type.String({
        pattern: '^[a-zA-Z0-9][a-zA-Z0-9./:@_-]{0,511}$',
        description: `Image with Node 20 or later, for programs of Firedrill in pods. Default: ${DEFAULT_PROGRAMS.image}`,
      }),
    ),
    serviceAccount: Type.Optional(
      Name(`Service account of the Job that undoes a fault. Default: ${DEFAULT_PROGRAMS.serviceAccount}`),
    ),
  },
  { ...closed, minProperties: 1 },
)

/** A service that is a workload: its pods are its replicas. */
export const workloadSchema = Type.Object(
  {
    ...place,
    workload: Type.String({ format: 'workload', description: 'deployment/NAME, statefulset/NAME or daemonset/NAME' }),
    container: Type.Optional(
      Name(
        'The container of its pods that counts. Default: the first one of the template, or that of the annotation kubectl.kubernetes.io/default-container',
      ),
    ),
    allow: Type.Optional(
      Type.Array(Type.Enum(ALLOWANCES), { uniqueItems: true, description: 'What faults are otherwise refused to do' }),
    ),
    autoscaled: Type.Optional(
      Type.Boolean({
        description:
          'Whether an autoscaler, or a healer, scales it as part of the system. What it does is recorded then, and the run is judged all the same. Default: false',
      }),
    ),
    service: Type.Optional(Name("The Service before it, by which drills ask it, through the API server's proxy")),
    ...behind,
  },
  closed,
)

/** A link that is a Service: the fault proxy comes before its pods for the time of a fault. */
export const serviceLinkSchema = Type.Object(
  {
    ...place,
    service: Name('The Service, which has a selector and a cluster IP'),
    allow: Type.Optional(
      Type.Array(Type.Enum(LINK_ALLOWANCES), {
        uniqueItems: true,
        description: 'What faults are otherwise refused to do',
      }),
    ),
  },
  closed,
)

/** Prometheus or Alertmanager behind a Service. */
export const monitoringServiceSchema = Type.Object(
  {
    ...place,
    service: Name("The Service before it, which is read through the API server's proxy"),
    ...behind,
    path: Type.Optional(
      Type.String({ pattern: '^(/[A-Za-z0-9._~-]+)+/?$', description: 'Below which path it answers: /prometheus' }),
    ),
  },
  closed,
)
