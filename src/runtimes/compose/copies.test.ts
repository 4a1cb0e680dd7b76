import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addCopy, copyOf, replaceByCopy } from './copies.ts'
import type { ContainerDetails } from './engine/engine.ts'
import { CREATE, goReads } from './engine/test-go-json.ts'

const labels = { 'com.docker.compose.service': 'store', 'com.docker.compose.container-number': '1' }
const original: ContainerDetails = {
  Id: 'a1',
  Name: '/firedrill-store-1',
  State: { Running: true, Paused: false, Restarting: false, Pid: 1, ExitCode: 0, Error: '' },
  Config: {
    Image: 'firedrill',
    Cmd: ['serve', 'store'],
    User: '10002:10002',
    Hostname: 'a1',
    Env: ['PATH=/usr/bin', 'PORT=8000', 'QUERY=a=b'],
    Labels: labels,
  },
  HostConfig: { Binds: ['config:/etc/firedrill:ro'], Privileged: false, NetworkMode: 'p_services', CapDrop: ['ALL'] },
  NetworkSettings: {
    Networks: {
      // As the engine says it before a first start.
      p_data: { NetworkID: '', IPAddress: '10.0.1.2', Aliases: ['store'] },
      p_services: { NetworkID: 'n1', IPAddress: '10.0.0.2', Aliases: ['store'] },
    },
  },
}
const base = { PATH: '/usr/bin', PORT: '8000', QUERY: 'a=b' }

/** An engine that writes down what it is asked, and does not make what has a variable BAD. */
function makeEngine() {
  const asked: unknown[][] = []
  return {
    asked,
    create: async (name: string, body: object) => {
      asked.push(['create', name])
      if ((body as { Env: string[] }).Env.includes('BAD=yes')) throw new Error('no space left')
      return 'b2'
    },
    connect: async (...all: unknown[]) => void asked.push(['connect', ...all]),
    remove: async (id: string) => void asked.push(['remove', id]),
  }
}

describe('a copy', () => {
  it('is like its original, save for its number, its environment and its host name', () => {
    expect(copyOf(original, 2, { ...base, GREETING: 'hello' })).toEqual({
      name: 'firedrill-store-2',
      body: {
        Image: 'firedrill',
        Cmd: ['serve', 'store'],
        User: '10002:10002',
        Env: ['PATH=/usr/bin', 'PORT=8000', 'QUERY=a=b', 'GREETING=hello'],
        Labels: {
          ...labels,
          'com.docker.compose.container-number': '2',
          'io.firedrill.base-env': JSON.stringify(base),
        },
        HostConfig: original.HostConfig,
        NetworkingConfig: { EndpointsConfig: { p_services: { Aliases: ['store'] } } },
      },
      joins: ['p_data'],
    })
  })

  it('of a copy goes back to the environment that Compose gave the first', async () => {
    const changed = copyOf(original, 1, { ...base, GREETING: 'hello' }).body as ContainerDetails['Config']
    let env: string[] = []
    const engine = {
      ...makeEngine(),
      create: async (_: string, body: object) => {
        env = (body as { Env: string[] }).Env
        return 'b2'
      },
    }
    await addCopy(engine, { ...original, Config: changed }, { number: 2, settings: { PORT: '8001' } })
    expect(env).toEqual(['PATH=/usr/bin', 'PORT=8001', 'QUERY=a=b'])
  })

  it('joins the networks of its original', async () => {
    const engine = makeEngine()
    expect(await addCopy(engine, original, { number: 2, settings: {} })).toBe('b2')
    expect(engine.asked).toEqual([
      ['create', 'firedrill-store-2'],
      ['connect', 'p_data', 'b2', ['store']],
    ])
  })

  it('takes the place of its original under the same name', async () => {
    const engine = makeEngine()
    expect(await replaceByCopy(engine, original, { GREETING: 'hello' })).toBe('b2')
    expect(engine.asked.slice(0, 2)).toEqual([
      ['remove', 'a1'],
      ['create', 'firedrill-store-1'],
    ])
  })

  it('as it was takes the place when there can be no other', async () => {
    const engine = makeEngine()
    await expect(replaceByCopy(engine, original, { BAD: 'yes' })).rejects.toThrow('no space left')
    expect(engine.asked).toEqual([
      ['remove', 'a1'],
      ['create', 'firedrill-store-1'],
      ['create', 'firedrill-store-1'],
      ['connect', 'p_data', 'b2', ['store']],
    ])
  })

  it('that cannot be made, nor one as it was, says that the container is gone, and why first', async () => {
    const first = new Error('no space left')
    const errors = [first, new Error('the engine is gone')]
    const engine = { ...makeEngine(), create: () => Promise.reject(errors.shift()) }
    const replaced = replaceByCopy(engine, original, { BAD: 'yes' })
    await expect(replaced).rejects.toThrow(/^firedrill-store-1 is gone: .*: no space left; the engine is gone$/)
    await expect(replaced).rejects.toHaveProperty('cause', first)
  })

  it('is read by Go as it was written here, whatever the settings', () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom('A', 'K', 'S', '_'), minLength: 1, maxLength: 9 }),
      fc.constantFrom('HOSTCONFIG', 'PORT', 'MOUNTS', 'ENV'),
    )
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"},"HostConfig":{"Privileged":true},"x":{"', '\u2028', '\u212a'),
    )
    const property = fc.property(fc.integer({ min: 1, max: 99 }), fc.dictionary(name, value), (number, settings) => {
      const { body } = copyOf(original, number, { ...base, ...settings })
      const { HostConfig, NetworkingConfig, Env, Labels, ...config } = goReads(
        CREATE,
        Buffer.from(JSON.stringify(body)),
      ) as Record<string, unknown>
      expect(HostConfig).toEqual(original.HostConfig)
      expect(NetworkingConfig).toEqual({ EndpointsConfig: { p_services: { Aliases: ['store'] } } })
      expect(config).toEqual({ Image: 'firedrill', Cmd: ['serve', 'store'], User: '10002:10002' })
      expect(new Set(Env as string[])).toEqual(
        new Set(Object.entries({ ...base, ...settings }).map((one) => one.join('='))),
      )
      expect(Labels).toEqual({
        ...labels,
        'com.docker.compose.container-number': String(number),
        'io.firedrill.base-env': JSON.stringify(base),
      })
    })
    fc.assert(property, { seed: 18, numRuns: 500 })
  })
})

describe('the model of how Go reads', () => {
  const start = JSON.stringify({ Image: 'a', HostConfig: original.HostConfig })
  const mounts = '{"Mounts":[{"Type":"bind","Source":"/","Target":"/host"}]}'
  const withFirst = (key: string) => Buffer.from(start.replace('"HostConfig"', `${key}:${mounts},"HostConfig"`))

  it.each(['"HostConfig"', '"hostconfig"', '"Host\\u0043onfig"', '"Ho\u017ftConfig"'])(
    'sees a mount under %s that JSON.parse does not see under HostConfig',
    (key) => {
      const { HostConfig } = JSON.parse(withFirst(key).toString()) as { HostConfig: object }
      expect(HostConfig).toEqual(original.HostConfig)
      expect(goReads(CREATE, withFirst(key))).toMatchObject({ HostConfig: { Mounts: [{ Source: '/' }] } })
    },
  )
})
