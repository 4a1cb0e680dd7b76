import { messageOf } from '../../base/errors.ts'
import type { ContainerDetails, Engine } from './engine/engine.ts'
import { NUMBER_LABEL, SERVICE_LABEL } from './engine/labels.ts'

/** Label of a container that the proxy made: the environment that compose gave it, as JSON, to go back to. */
export const BASE_ENV_LABEL = 'io.firedrill.base-env'

type Variables = Record<string, string>
type Maker = Pick<Engine, 'create' | 'connect' | 'remove'>

/** What makes a container, and the networks that it joins afterwards: older engines take one network at a creation. */
export interface Copy {
  name: string
  body: object
  joins: string[]
}

/**
 * What makes a container like `original`, save for its number in the service and its environment. Everything else is what the
 * engine says of the original, and nothing that a client has sent.
 */
export function copyOf(original: ContainerDetails, number: number, environment: Variables): Copy {
  const { Hostname: _, ...config } = original.Config
  const first = firstNetwork(original)
  return {
    name: original.Name.replace(/^\//, '').replace(/\d+$/, String(number)),
    body: {
      ...config,
      Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
      Labels: {
        ...config.Labels,
        [NUMBER_LABEL]: String(number),
        [BASE_ENV_LABEL]: JSON.stringify(baseEnvironment(original)),
      },
      HostConfig: original.HostConfig,
      NetworkingConfig: first === undefined ? {} : { EndpointsConfig: { [first]: { Aliases: [serviceOf(original)] } } },
    },
    // By name: the engine knows their ids only of a container that has run.
    joins: Object.keys(original.NetworkSettings.Networks).filter((name) => name !== first),
  }
}

/** Another container like `original`, with a number of its own; resolves with its id. */
export async function addCopy(
  engine: Maker,
  original: ContainerDetails,
  { number, settings }: { number: number; settings: Variables },
): Promise<string> {
  return make(engine, original, copyOf(original, number, { ...baseEnvironment(original), ...settings }))
}

/**
 * A container like `original` in its place, with other settings: an environment is fixed when a container is made. When there
 * can be none, one like it was takes its place again, and the promise rejects.
 */
export async function replaceByCopy(engine: Maker, original: ContainerDetails, settings: Variables): Promise<string> {
  const number = Number(original.Config.Labels[NUMBER_LABEL] ?? 1)
  const changed = copyOf(original, number, { ...baseEnvironment(original), ...settings })
  await engine.remove(original.Id)
  try {
    return await make(engine, original, changed)
  } catch (error) {
    await make(engine, original, copyOf(original, number, variablesOf(original))).catch((second: unknown) => {
      const gone = `${changed.name} is gone: neither it nor a container like it could be made again`
      throw new Error(`${gone}: ${messageOf(error)}; ${messageOf(second)}`, { cause: error })
    })
    throw error
  }
}

async function make(engine: Maker, original: ContainerDetails, { name, body, joins }: Copy): Promise<string> {
  const id = await engine.create(name, body)
  try {
    for (const network of joins) await engine.connect(network, id, [serviceOf(original)])
    return id
  } catch (error) {
    await engine.remove(id)
    throw error
  }
}

/** The environment that compose gave a container, whatever was changed in it since. */
export function baseEnvironment(original: ContainerDetails): Variables {
  const kept = original.Config.Labels[BASE_ENV_LABEL]
  return kept === undefined ? variablesOf(original) : (JSON.parse(kept) as Variables)
}

function variablesOf({ Config }: ContainerDetails): Variables {
  const lines = (Config.Env ?? []).map((line) => /^([^=]+)=(.*)$/s.exec(line))
  return Object.fromEntries(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? '', found[2] ?? '']])))
}

function serviceOf({ Config }: ContainerDetails): string {
  return Config.Labels[SERVICE_LABEL] ?? ''
}

/** The one that its HostConfig names, where it names one. */
function firstNetwork({ HostConfig, NetworkSettings: { Networks } }: ContainerDetails): string | undefined {
  const names = Object.keys(Networks)
  return names.find((name) => name === HostConfig.NetworkMode) ?? names[0]
}
