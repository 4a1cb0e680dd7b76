import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpServer } from '../base/http/http-server.ts'
import { FakeRuntime } from '../runtimes/fake/runtime.ts'
import { Lever } from '../runtimes/native/state/lever.ts'
import { StateFolder } from '../runtimes/native/state/state-folder.ts'
import { profiles } from '../stack/profile.ts'
import { describeStack } from '../stack/topology.ts'
import { type Access, type EndpointName, endpoints } from './contract/endpoints.ts'
import { pathOf } from './contract/path-of.ts'
import { type Route, routes } from './contract.ts'
import { ActiveFaults } from './injector/active-faults.ts'
import { Halting } from './injector/halting.ts'
import { createControlServer } from './server/control-server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const names = Object.keys(endpoints) as EndpointName[]
const tokens = { operator: 'o'.repeat(43), responder: 'r'.repeat(43) }

/** Access to routes that ask for no token. */
const FREE: ReadonlySet<Access> = new Set(['public', 'anyone', 'session'])

describe('the contract', () => {
  it('is the only code in which a path of the control API is written', () => {
    const files = ['src', 'console/src', 'bin', 'scripts', 'deploy', 'bench']
      .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile() && /\.(?:tsx?|m?js)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
    const naming = files.filter((file) => /(?<!\bapi|\bapis\/[\w.-]+)\/v1\//.test(readFileSync(file, 'utf8')))
    expect(files.length).toBeGreaterThan(500)
    expect(naming.map((file) => relative(root, file))).toEqual(['src/api/contract/endpoints.ts'])
  })

  it('has the schemas of every endpoint, under the same name', () => {
    expect(Object.keys(routes)).toEqual(names)
    for (const name of names) expect(routes[name]).toMatchObject(endpoints[name])
  })

  it('declares a schema for each parameter of a path, and for no other', () => {
    for (const name of names) {
      const inPath = [...endpoints[name].path.matchAll(/:(\w+)/g)].map(([, key]) => key)
      const route: Route = routes[name]
      expect(Object.keys(route.params?.properties ?? {}), name).toEqual(inPath)
    }
  })
})

describe('the control server', () => {
  const runtime = new FakeRuntime(describeStack(profiles.lab))
  const folder = join(root, 'no-such-folder')
  let app: HttpServer
  beforeAll(async () => {
    app = createControlServer({
      runtime,
      faults: new ActiveFaults({ runtime, tokenOf: () => 'f' }),
      halting: new Halting(new Lever(folder)),
      situation: { folder: new StateFolder(folder), authorizations: new Map(), settings: undefined },
      tokens,
      maintenanceToken: 'm',
      view: () => {
        throw new Error('not asked here')
      },
      down: () => undefined,
      logger: pino({ level: 'silent' }),
    })
    await app.ready()
  })
  afterAll(() => app.close())

  it('serves every route of the contract', () => {
    const missing = names.filter((name) => !app.hasRoute({ method: endpoints[name].method, url: endpoints[name].path }))
    expect(missing).toEqual([])
  })

  it.each(names.filter((name) => !FREE.has(endpoints[name].access)))(
    'opens %s to those whom the contract names',
    async (name) => {
      const { method, access } = endpoints[name]
      const url = pathOf(name, { params: { service: 'store', id: '1' } })
      // A body that no schema takes: what passes the token is refused for its form, and does nothing.
      const ask = async (authorization: string) =>
        (await app.inject({ method, url, headers: { authorization }, payload: ['no body'] })).statusCode
      expect(await ask('')).toBe(401)
      expect(await ask('Bearer wrong')).toBe(401)
      if (access !== 'repair') expect(await ask(`Bearer ${tokens.responder}`)).toBe(401)
      else expect(await ask(`Bearer ${tokens.responder}`)).not.toBe(401)
    },
  )
})

describe('pathOf', () => {
  it.each([
    ['a path without parameters', pathOf('stack'), '/v1/stack'],
    ['a parameter, escaped', pathOf('incident', { params: { id: '../down' } }), '/v1/incidents/..%2Fdown'],
    ['a parameter inside the path', pathOf('scale', { params: { service: 'store' } }), '/v1/services/store/scale'],
    ['a query, escaped', pathOf('events', { query: { after: 7, note: 'a&b' } }), '/v1/events?after=7&note=a%26b'],
    ['no undefined fields of a query', pathOf('events', { query: { after: undefined } }), '/v1/events'],
  ])('fills in %s', (_, path, expected) => {
    expect(path).toBe(expected)
  })
})
