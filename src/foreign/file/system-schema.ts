import { Type } from '#typebox'
import { strictRecord } from '../../base/schema/strict-record.ts'
import { NO_NUL, ONE_LINE } from '../../base/text/texts.ts'
import { alertsSchema } from './alerts-schema.ts'
import { clusterSchema, workloadSchema } from './kubernetes/kubernetes-schema.ts'
import { FaultProxy, Links, LinksFrame } from './link-schema.ts'
import { Alertmanager, clocksSchema, Prometheus } from './monitoring-schema.ts'
import { receiverSchema } from './receiver-schema.ts'
import { safetyFrame, safetyProperties } from './safety/safety-schema.ts'

/** The schema of firedrill.yaml. */

const closed = { additionalProperties: false } as const
const Command = (description: string) =>
  Type.Array(Type.String({ minLength: 1, pattern: NO_NUL }), {
    minItems: 1,
    description: `${description} No shell reads it`,
  })
const Path = (description: string) => Type.String({ minLength: 1, pattern: ONE_LINE, description })

/** Names of systemd's services, templates' instances among them: systemd.unit(5). */
const UNIT = '^[A-Za-z0-9_.:@\\\\][A-Za-z0-9_.:@\\\\-]{0,240}[.]service$'

/** What a process that is found must be: a pid file that was left behind, or a port that another program has taken, is refused. */
const processFactsSchema = Type.Object(
  {
    program: Type.Optional(Path('Name of its executable, or its absolute path: node')),
    user: Type.Optional(
      Type.Union([Type.String({ minLength: 1, pattern: ONE_LINE }), Type.Integer({ minimum: 0 })], {
        description: 'the user that it runs as, by name or number',
      }),
    ),
    folder: Type.Optional(Path('Its working folder, from the folder of this file')),
  },
  { ...closed, minProperties: 1, description: 'What the process that is found must be' },
)

/** How one replica is run as a process of this machine. */
export const processSchema = Type.Object(
  {
    pidFile: Type.Optional(Path('File that holds its pid')),
    port: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port that it listens on, where it writes no pid' }),
    ),
    is: Type.Optional(processFactsSchema),
    start: Command('Program and arguments that start it.'),
    stop: Type.Optional(Command('Program and arguments that stop it for good. Default: SIGTERM, then SIGKILL.')),
    cwd: Type.Optional(Path('Folder that it is started in. Default: that of this file')),
    env: Type.Optional(
      strictRecord(Type.String({ pattern: NO_NUL }), {
        keys: '^[A-Za-z_][A-Za-z0-9_]{0,127}$',
        description: 'Beside the environment of firedrill itself, which is where secrets come from',
      }),
    ),
    log: Type.Optional(Path('File that what it prints is appended to')),
  },
  closed,
)

/** How one replica is run by systemd. */
export const systemdUnitSchema = Type.Object(
  {
    unit: Type.String({ pattern: UNIT, description: 'Name of the unit: shop.service' }),
    user: Type.Optional(Type.Boolean({ description: "Whether it is one of this user's own units: systemctl --user" })),
  },
  closed,
)
const systemdSchema = Type.Union([
  Type.String({ pattern: UNIT, description: 'Name of the unit: shop.service' }),
  systemdUnitSchema,
])

/** How a service is run by Docker Compose; its containers are its replicas, by number. */
const composeSchema = Type.Object(
  {
    project: Type.String({ minLength: 1, description: 'Name of the project' }),
    service: Type.String({ minLength: 1, description: 'Name of the service in the project' }),
  },
  closed,
)

export const serviceSchema = Type.Object(
  {
    urls: Type.Optional(
      Type.Array(Type.String({ format: 'service-url' }), {
        minItems: 1,
        description:
          'Where each replica listens: http://, https:// or tcp://. Of a workload of Kubernetes: where users reach it',
      }),
    ),
    health: Type.Optional(
      Type.String({
        pattern: '^/',
        description: 'Path that answers 2xx when a replica is ready. Default: any answer will do',
      }),
    ),
    labels: Type.Optional(
      strictRecord(Type.String(), {
        keys: '^[a-zA-Z_][a-zA-Z0-9_]*$',
        minProperties: 1,
        description: 'How Prometheus names it: { job: shop }. Default: instance, by host and port of the URLs',
      }),
    ),
    quorum: Type.Optional(
      Type.Integer({ minimum: 1, description: 'Replicas that must stay healthy while faults are in force' }),
    ),
    process: Type.Optional(
      Type.Union([processSchema, Type.Array(processSchema, { minItems: 1 })], {
        description: 'a mapping, or with several replicas a list of one for each URL',
      }),
    ),
    systemd: Type.Optional(
      Type.Union([systemdSchema, Type.Array(systemdSchema, { minItems: 1 })], {
        description: 'the name of a unit, { unit, user: true }, or with several replicas a list of one for each URL',
      }),
    ),
    compose: Type.Optional(composeSchema),
    kubernetes: Type.Optional(workloadSchema),
    disk: Type.Optional(
      Path('Folder on its disk that faults may fill; relative to this file, or of a container an absolute path in it'),
    ),
  },
  closed,
)

/** The form of firedrill.yaml, as published. */
export const systemSchema = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$', description: 'What reports call the system' }),
    ...safetyProperties,
    prometheus: Prometheus,
    alertmanager: Alertmanager,
    clocks: Type.Optional(clocksSchema),
    kubernetes: Type.Optional(clusterSchema),
    proxy: Type.Optional(FaultProxy),
    links: Type.Optional(Links),
    receiver: Type.Optional(receiverSchema),
    alerts: Type.Optional(alertsSchema),
    services: strictRecord(serviceSchema, {
      keys: '^[a-z][a-z0-9-]{0,62}$',
      minProperties: 1,
      description: 'By the names that drills give them',
    }),
  },
  closed,
)

/** The same without the parts that may be of several kinds: each of those is checked with the schema of its kind. */
export const systemFrameSchema = Type.Object(
  {
    ...systemSchema.properties,
    ...safetyFrame,
    prometheus: Type.Unknown({ description: 'a URL, a list of URLs, or a mapping' }),
    alertmanager: Type.Unknown({ description: 'a URL, a list of URLs, or a mapping' }),
    clocks: Type.Optional(Type.Unknown()),
    kubernetes: Type.Optional(Type.Unknown()),
    links: Type.Optional(LinksFrame),
    services: strictRecord(Type.Unknown(), { minProperties: 1, description: 'a mapping' }),
  },
  closed,
)

export const serviceFrameSchema = Type.Object(
  {
    ...serviceSchema.properties,
    process: Type.Optional(Type.Unknown()),
    systemd: Type.Optional(Type.Unknown()),
    kubernetes: Type.Optional(Type.Unknown()),
  },
  closed,
)
