import { Document, isScalar, visit } from 'yaml'
import { defined } from '../../../base/defined.ts'
import type { Part, Topology } from '../../../stack/part.ts'
import { CONTROL_PORT, PATHS } from './context.ts'
import { baseImages, imageSetting } from './images.ts'
import { limits } from './limits.ts'
import { METRICS_SETTINGS, PASSED_SETTINGS } from './passed-settings.ts'
import { CONTROL, controlUid, type PartPlan, planParts } from './plan.ts'

/** Renders compose.yaml. */

const SOCKET = '/var/run/docker.sock'
/** Networks: the stores, everything else, and the connection to the engine. */
const DATA = 'data'
const SERVICES = 'services'
const ENGINE = 'engine'
/** The pages that people open, published on this machine only. */
const PUBLISHED: Readonly<Record<string, string>> = {
  prometheus: 'PROMETHEUS_PORT',
  alertmanager: 'ALERTMANAGER_PORT',
  grafana: 'GRAFANA_PORT',
}

const HEAD = `# The Firedrill stack in containers: docker compose up -d --build, then open http://127.0.0.1:8080.
# Written by "npm run golden" from src/stack/topology.ts; a test compares the two. Settings: see .env.example.
#
# setup runs first and ends: it writes each part's configuration and secrets into volumes that only this project sees.
# Nothing restarts by itself but control: it watches every container, restarts what its part says, and leaves the rest to
# the responder, so that a drill knows who repaired what.
`

/** What a compose.yaml is rendered from. */
export interface ComposeOptions {
  profile: string
  /** The health route of the control API. */
  healthPath: string
}

/** Renders compose.yaml. */
export function renderCompose(topology: Topology, options: ComposeOptions): string {
  const { profile } = options
  const plans = planParts(topology)
  const volumes = [...new Set(plans.flatMap(volumesOf))]
  const storage = topology.parts.filter(({ kind }) => kind === 'storage').map(({ name }) => name)
  const services = Object.fromEntries([
    ['setup', setupService(volumes, profile)],
    ...plans.map((plan) => [plan.part.name, partService(plan, storage)]),
    ['docker-proxy', dockerProxyService()],
    [CONTROL, controlService(plans, options)],
  ])
  const document = {
    services,
    networks: { [SERVICES]: {}, [DATA]: { internal: true }, [ENGINE]: { internal: true } },
    volumes: Object.fromEntries(['config', 'targets', 'secrets', 'control', ...volumes].map((name) => [name, {}])),
  }
  const text = inLines(document)
  // An empty line between services makes such a file readable.
  return (
    HEAD +
    text
      .replace(/^( {2}[\w-]+:\n)/gm, '\n$1')
      .replace(/^(\w+:\n)\n/gm, '$1')
      .replace(/^(\w+:)$/gm, '\n$1')
  )
}

/** Short lists are written on one line. */
function inLines(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every((item) => isScalar(item) && !/[/:]/.test(String(item.value)))
    },
  })
  return document.toString({ lineWidth: 0, nullStr: '', flowCollectionPadding: false })
}

function ownImage() {
  return {
    image: `firedrill:${setting('FIREDRILL_VERSION', 'local')}`,
    build: {
      context: '.',
      dockerfile: 'deploy/Dockerfile',
      args: {
        NODE_IMAGE: setting(imageSetting('node'), baseImages.NODE_IMAGE),
        BASE_IMAGE: setting(imageSetting('base'), baseImages.BASE_IMAGE),
      },
    },
  }
}

const unprivileged = { cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] }
const hardened = { read_only: true, ...unprivileged }

function setupService(volumes: readonly string[], profile: string) {
  return {
    ...ownImage(),
    command: ['serve', 'setup'],
    user: 'root',
    ...hardened,
    // It gives each part its own files.
    cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'],
    network_mode: 'none',
    environment: {
      FIREDRILL_PROFILE: profile,
      ...Object.fromEntries(PASSED_SETTINGS.map((name) => [name, setting(name)])),
    },
    volumes: [
      `config:${PATHS.config}`,
      `targets:${PATHS.targets}`,
      `secrets:${PATHS.secrets}`,
      `control:${PATHS.data}/${CONTROL}`,
      ...volumes.map((name) => `${name}:${PATHS.data}/${name}`),
    ],
  }
}

/** A value that Compose takes from the environment or .env. */
function setting(name: string, fallback: string | number = ''): string {
  return `\${${name}:-${fallback}}`
}

function partService(plan: PartPlan, storage: readonly string[]) {
  const { part, component, uid, args, env } = plan
  const own = component === undefined
  const published = PUBLISHED[part.name]
  const own_env = own
    ? // Others know it by the service's name, Prometheus and the prober by the container's, which the project's name begins.
      { ...env, ALLOWED_HOSTS: `*${part.name}*`, FIREDRILL_SECRETS: `${PATHS.secrets}/${part.name}` }
    : env
  return {
    ...(own
      ? { ...ownImage(), command: ['serve', serveName(part), ...args] }
      : { image: setting(imageSetting(part.name), component.image), command: args }),
    user: own ? `${uid}:${uid}` : String(uid),
    ...(component?.writable ? unprivileged : hardened),
    ...(own ? { init: true } : {}),
    ...(Object.keys(own_env).length === 0 ? {} : { environment: own_env }),
    ...tmpfsOf(plan, own),
    ...defined({ stop_signal: part.stopSignal }),
    stop_grace_period: `${part.graceMs / 1_000}s`,
    healthcheck: healthcheckOf(plan),
    depends_on: dependencies(part),
    networks: networksOf(plan, storage),
    ...(published === undefined
      ? {}
      : { ports: [`127.0.0.1:${setting(published, part.preferredPort)}:${part.preferredPort}`] }),
    ...volumesAt(plan),
    deploy: { resources: { limits: limitsOf(part) } },
  }
}

function limitsOf({ kind }: Part) {
  const { cores, mebibytes } = limits[kind]
  return { cpus: String(cores), memory: `${mebibytes}M` }
}

function volumesAt(plan: PartPlan): { volumes?: string[] } {
  const { part, component, needs } = plan
  const volumes = [
    ...(plan.readsConfig ? [`config:${PATHS.config}:ro`] : []),
    ...(part.name === 'prometheus' ? [`targets:${PATHS.targets}:ro`] : []),
    ...(needs.secrets.size > 0 || plan.secretFiles.length > 0 ? [`secrets:${PATHS.secrets}:ro`] : []),
    ...[...needs.volumes].map((name) => `${name}:${PATHS.data}/${name}`),
    ...(component?.volume === undefined ? [] : [`${component.volume.name}:${component.volume.path}`]),
  ]
  return volumes.length === 0 ? {} : { volumes }
}

function serveName(part: Part): string {
  if ('serve' in part.program) return part.program.serve
  throw new Error(`${part.name} is neither a component nor a service of Firedrill's own`)
}

function tmpfsOf({ component, needs, uid }: PartPlan, own: boolean) {
  const scratch = [...needs.scratch].map((name) => `${PATHS.scratch}/${name}`)
  const private_ = [...(component?.tmpfs ?? []), ...scratch].map((path) => `${path}:mode=0700,uid=${uid}`)
  const all = [...(own ? ['/tmp'] : []), ...private_]
  return all.length === 0 ? {} : { tmpfs: all }
}

function healthcheckOf({ part, component }: PartPlan) {
  const path = part.health.kind === 'http' ? part.health.path : '/health'
  const test =
    component === undefined
      ? ['CMD', 'node', 'deploy/healthcheck.js', String(part.preferredPort), path]
      : component.health
  if (test === undefined) return { disable: true }
  // Others wait for storage, and creating a database takes a while.
  const pace =
    part.kind === 'storage' ? { interval: '2s', start_period: '60s' } : { interval: '10s', start_period: '20s' }
  return { test: [...test], timeout: '3s', retries: 3, ...pace }
}

function dependencies(part: Part) {
  return {
    setup: { condition: 'service_completed_successfully' },
    ...Object.fromEntries(part.dependsOn.map((name) => [name, { condition: 'service_healthy' }])),
  }
}

/** Services reach the stores only through the proxy: they are not on the network of the stores. */
function networksOf({ part, needs }: PartPlan, storage: readonly string[]): string[] {
  if (part.kind === 'storage') return [DATA]
  // The prober reaches everything, as a user would.
  const reachesData =
    part.name === 'blackbox-exporter' || part.kind === 'network' || storage.some((name) => needs.parts.has(name))
  return [SERVICES, ...(reachesData ? [DATA] : [])]
}

function dockerProxyService() {
  return {
    ...ownImage(),
    command: ['serve', 'docker-proxy'],
    // The engine's socket needs root: no capabilities, and only the requests on the proxy's list.
    user: 'root',
    ...hardened,
    init: true,
    restart: 'unless-stopped',
    healthcheck: {
      test: ['CMD', 'node', 'deploy/healthcheck.js', '2375', '/_ping'],
      interval: '10s',
      timeout: '3s',
      retries: 3,
      start_period: '20s',
    },
    networks: [ENGINE],
    volumes: [`${setting('DOCKER_SOCKET', SOCKET)}:${SOCKET}`],
    deploy: { resources: { limits: { cpus: '0.5', memory: '128M' } } },
  }
}

function controlService(plans: readonly PartPlan[], { profile, healthPath }: ComposeOptions) {
  return {
    ...ownImage(),
    command: ['serve', 'control'],
    user: `${controlUid}:${controlUid}`,
    ...hardened,
    tmpfs: ['/tmp'],
    init: true,
    restart: 'on-failure',
    environment: {
      HOST: '0.0.0.0',
      PORT: String(CONTROL_PORT),
      ALLOWED_HOSTS: CONTROL,
      DOCKER_HOST: 'tcp://docker-proxy:2375',
      FIREDRILL_STATE: `${PATHS.data}/${CONTROL}`,
      FIREDRILL_PROFILE: profile,
      FIREDRILL_WITHOUT: setting('FIREDRILL_WITHOUT'),
      ...Object.fromEntries(METRICS_SETTINGS.map((name) => [name, setting(name)])),
      CONSOLE_URL: `http://127.0.0.1:${setting('CONSOLE_PORT', CONTROL_PORT)}`,
      ...Object.fromEntries(
        plans.flatMap(({ part: { name, preferredPort } }) => {
          const variable = PUBLISHED[name]
          return variable === undefined ? [] : [[variable, setting(variable, preferredPort)]]
        }),
      ),
    },
    stop_grace_period: '10s',
    healthcheck: {
      test: ['CMD', 'node', 'deploy/healthcheck.js', String(CONTROL_PORT), healthPath],
      interval: '5s',
      timeout: '3s',
      retries: 3,
      start_period: '30s',
    },
    // Compose stops first what depends on others. Only control starts containers: one that is started while Compose takes the
    // stack down would stay.
    depends_on: {
      setup: { condition: 'service_completed_successfully' },
      'docker-proxy': { condition: 'service_started' },
      ...Object.fromEntries(
        plans
          .filter(({ part }) => part.name !== 'grafana')
          .map(({ part }) => [part.name, { condition: 'service_started' }]),
      ),
    },
    networks: [SERVICES, DATA, ENGINE],
    ports: [`127.0.0.1:${setting('CONSOLE_PORT', CONTROL_PORT)}:${CONTROL_PORT}`],
    volumes: [`targets:${PATHS.targets}`, `control:${PATHS.data}/${CONTROL}`],
    deploy: { resources: { limits: { cpus: '1', memory: '512M' } } },
  }
}

function volumesOf({ needs, component }: PartPlan): string[] {
  return [...needs.volumes, ...(component?.volume === undefined ? [] : [component.volume.name])]
}
