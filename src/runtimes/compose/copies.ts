import { messageOf } from '../../base/errors.ts'
import type { ContainerDetails, Engine } from './engine/engine.ts'
import { NUMBER_LABEL, SERVICE_LABEL } from './engine/labels.ts'

/** Label of a container that the proxy created: its original environment from Compose, as JSON. */
export const BASE_ENV_LABEL = 'io.firedrill.base-env'

type Variables = Record<string, string>
type Maker = Pick<Engine, 'create' | 'connect' | 'remove'>

/** What a container is created from, and the networks that it joins afterwards: older engines take only one at creation. */
export interface Copy {
  name: string
  body: object
  joins: string[]
}

/**
 * What a container like `original` is created from, with another number in the service and another environment. Everything else
 * comes from the engine's answer about the original, and nothing from a client.
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
    // By name: the engine has their ids only for a container that has run.
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
 * Replaces a container by one like it with other settings: an environment is fixed when a container is created. When that fails,
 * one like the original is created again, and the promise rejects.
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

/** The environment that Compose gave a container, without later changes. */
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
