import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { writeAtomically } from '../../base/files/files.ts'
import type { Engine } from '../../runtimes/compose/engine/engine.ts'
import { PROJECT_LABEL } from '../../runtimes/compose/engine/labels.ts'
import { ProxiedEngine } from '../../runtimes/compose/engine/proxied-engine.ts'
import { CONTROL_PORT, PATHS } from '../../runtimes/compose/project/context.ts'
import { componentOf, images } from '../../runtimes/compose/project/images.ts'
import { ComposeRuntime } from '../../runtimes/compose/runtime.ts'
import type { Address, Topology } from '../../stack/part.ts'
import type { Profile } from '../../stack/profile.ts'
import { renderTargets } from '../../stack/render/targets.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { describeStack } from '../../stack/topology.ts'
import type { StackView } from '../contract.ts'
import { apiErrors } from '../errors.ts'
import type { PrepareStack } from './prepared-stack.ts'
import { stackAccess } from './stack-access.ts'
import { withDashboards } from './with-dashboards.ts'

/** Prepares the stack in containers. */

/** Prometheus rereads its target files at most every 5 s. Milliseconds. */
const TARGETS_SETTLE_MS = 6_000

/** Name of the compose project that this process is a container of. @throws FD_STACK_NOT_CONTAINED */
export async function ownProject(engine: Engine): Promise<string> {
  const { Config } = await engine.inspect(hostname())
  const project = Config.Labels[PROJECT_LABEL]
  if (project !== undefined) return project
  throw apiErrors.error('FD_STACK_NOT_CONTAINED', {
    message: 'this container belongs to no compose project',
    next: 'docker compose up -d, with the compose.yaml of Firedrill',
  })
}

/** The stack in containers: with Grafana, unless it is left out (FIREDRILL_WITHOUT=grafana). */
export async function describeComposeStack(
  profile: Profile,
  settings: StackSettings | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Topology> {
  return describeStack(profile, settings, env.FIREDRILL_WITHOUT === 'grafana' ? {} : await withDashboards(profile))
}

/** The stack as the containers of the compose project that this process is part of. They are there already. */
export function composeStack(env: NodeJS.ProcessEnv): PrepareStack {
  return async ({ folder, profile, settings, troubles }) => {
    const engine = new ProxiedEngine(env.DOCKER_HOST ?? 'tcp://docker-proxy:2375')
    const project = await ownProject(engine)
    const { id, secrets } = await folder.prepare()
    const topology = await describeComposeStack(profile, settings, env)
    const changed = async (replicasOf: (part: string) => { id: string; address: Address }[]) => {
      for (const [name, content] of renderTargets(topology.parts, replicasOf)) {
        await writeAtomically(join(PATHS.targets, name.replace(/^targets\//, '')), content)
      }
    }
    const components: StackView['components'] = {}
    const runtime = new ComposeRuntime({
      engine,
      project,
      parts: topology.parts,
      secret: (name) => secrets[name],
      published: (part) => env[`${part.toUpperCase()}_PORT`],
      changed,
      runs: (part, image) => {
        if (Object.hasOwn(images, part)) components[part] = componentOf(image)
      },
      troubles,
      drainMs: TARGETS_SETTLE_MS,
    })
    return {
      id,
      run: randomUUID(),
      runtime,
      ...stackAccess(topology, secrets),
      outlivesControl: true,
      targetsFolder: PATHS.targets,
      folders: [folder.path, PATHS.targets],
      components,
      listen: { host: env.HOST ?? '0.0.0.0', port: Number(env.PORT ?? CONTROL_PORT) },
      url: env.CONSOLE_URL ?? `http://127.0.0.1:${CONTROL_PORT}`,
      freePort: async () => undefined,
      close: async () => undefined,
    }
  }
}
