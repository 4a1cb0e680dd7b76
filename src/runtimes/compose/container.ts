import { constants } from 'node:os'
import type { Exit, Running } from '../replica.ts'
import type { ContainerDetails, Engine } from './engine.ts'

/** Label of a container that control made: the environment that compose gave it, as JSON, to go back to. */
export const BASE_ENV_LABEL = 'io.firedrill.base-env'
export const NUMBER_LABEL = 'com.docker.compose.container-number'

/** One container as a life of a replica. It is started when it does not run yet. */
export async function runContainer(engine: Engine, id: string): Promise<Running> {
  // Left frozen by a control that was killed in the middle of a fault; the engine starts nothing that is paused.
  if ((await engine.inspect(id)).State.Paused) await engine.act('unpause', id)
  await engine.act('start', id)
  const { State } = await engine.inspect(id)
  let ended = false
  const exited = engine.wait(id).then(
    (code): Exit => exitOf(code),
    (error: unknown): Exit => ({ code: null, signal: null, detail: `its end was not seen: ${String(error)}` }),
  )
  void exited.then(() => {
    ended = true
  })
  const unlessEnded = async (act: () => Promise<void>) => {
    try {
      if (!ended) await act()
    } catch (error) {
      // It may have ended in between; anything else is a failure.
      if ((await engine.inspect(id)).State.Running) throw error
    }
  }
  return {
    // Of the engine's machine, not of the container.
    pid: State.Pid === 0 ? undefined : State.Pid,
    exited,
    signal: (signal) => unlessEnded(() => engine.kill(id, signal)),
    pause: () => unlessEnded(() => engine.act('pause', id)),
    resume: () => unlessEnded(() => engine.act('unpause', id)),
    destroy: () => unlessEnded(() => engine.kill(id, 'SIGKILL')),
  }
}

/** A process that a signal ended leaves 128 + its number. */
function exitOf(code: number): Exit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0]
  return signal === undefined ? { code, signal: null } : { code: null, signal }
}

/** The environment that compose gave a container, whatever control has changed in it since. */
export function baseEnvironment({ Config }: ContainerDetails): Record<string, string> {
  const kept = Config.Labels[BASE_ENV_LABEL]
  if (kept !== undefined) return JSON.parse(kept) as Record<string, string>
  return Object.fromEntries(
    (Config.Env ?? []).map((line) => {
      const at = line.indexOf('=')
      return [line.slice(0, at), line.slice(at + 1)]
    }),
  )
}

/**
 * Makes a container that is like another one, save for its number in the service and its environment. The proxy before the
 * engine lets nothing else be created.
 */
export async function copyContainer(
  engine: Engine,
  original: ContainerDetails,
  change: { name: string; number: number; settings: Record<string, string> },
): Promise<string> {
  const base = baseEnvironment(original)
  const service = original.Config.Labels['com.docker.compose.service'] ?? ''
  const { Hostname: _, ...config } = original.Config
  const [first, ...others] = Object.values(original.NetworkSettings.Networks).map(({ NetworkID }) => NetworkID)
  const names = Object.keys(original.NetworkSettings.Networks)
  const id = await engine.create(change.name, {
    ...config,
    Env: Object.entries({ ...base, ...change.settings }).map(([key, value]) => `${key}=${value}`),
    Labels: {
      ...config.Labels,
      [NUMBER_LABEL]: String(change.number),
      [BASE_ENV_LABEL]: JSON.stringify(base),
    },
    HostConfig: original.HostConfig,
    NetworkingConfig: first === undefined ? {} : { EndpointsConfig: { [names[0] ?? '']: { Aliases: [service] } } },
  })
  // Older engines take one network at a creation.
  for (const network of others) await engine.connect(network, id, [service])
  return id
}
