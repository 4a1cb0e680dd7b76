import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { isTargetOf, targetLabelsOf } from './foreign-system.ts'
import { parseSystem, readSystem } from './system-file.ts'
import { systemSchema } from './system-schema.ts'

const WHOLE = `
name: corner-shop
environment: staging
prometheus: { url: "http://127.0.0.1:9090/prom/", tokenFrom: PROMETHEUS_TOKEN }
alertmanager: http://127.0.0.1:9093
services:
  shop:
    urls: ["http://127.0.0.1:3000", "http://127.0.0.1:3001"]
    health: /health
    labels: { job: shop }
    process:
      - { pidFile: run/1.pid, start: [node, shop.js], cwd: app, env: { PORT: "3000" }, log: run/1.log }
      - { port: 3001, start: [systemctl, start, shop@2], stop: [systemctl, stop, shop@2] }
  store:
    urls: ["tcp://127.0.0.1:5432"]
    compose: { project: corner, service: db }
  mail:
    urls: ["https://mail.example"]
`

function problemsOf(text: string): string[] {
  try {
    parseSystem(text, 'firedrill.yaml')
  } catch (error) {
    if (error instanceof InvalidFileError)
      return error.problems.map(
        ({ line, path, message, next }) => `${line} ${path}: ${message}${next ? ` (${next})` : ''}`,
      )
    throw error
  }
  return []
}

describe('firedrill.yaml', () => {
  it('is read with absolute paths, replicas in order, and how each service is run', () => {
    const system = parseSystem(WHOLE, '/srv/corner/firedrill.yaml')
    expect(system.prometheus).toEqual({ url: 'http://127.0.0.1:9090/prom/', tokenFrom: 'PROMETHEUS_TOKEN' })
    expect(system.services.map(({ name, run }) => `${name} ${run.kind}`)).toEqual([
      'shop process',
      'store compose',
      'mail unknown',
    ])
    expect(system.services[0]?.run).toEqual({
      kind: 'process',
      processes: [
        {
          known: { by: 'pidFile', path: '/srv/corner/run/1.pid' },
          start: ['node', 'shop.js'],
          cwd: '/srv/corner/app',
          env: { PORT: '3000' },
          log: '/srv/corner/run/1.log',
        },
        {
          known: { by: 'port', port: 3001 },
          start: ['systemctl', 'start', 'shop@2'],
          stop: ['systemctl', 'stop', 'shop@2'],
          cwd: '/srv/corner',
          env: {},
        },
      ],
    })
  })

  it('refuses names that its patterns do not match, and a NUL in what a process is started with', () => {
    const problems = problemsOf(`
name: shop
prometheus: http://127.0.0.1:9090
alertmanager: http://127.0.0.1:9093
services:
  shop:
    urls: ["http://127.0.0.1:3000"]
    labels: { "not a label": x }
    process:
      port: 3000
      start: [node, "a\\0b"]
      cwd: "a\\0b"
      env: { "A=B": x, GOOD: "a\\0b" }
environment: lab
`)
    for (const [line, what] of [
      [8, 'unknown key "not a label"'],
      [11, 'start[1]: not what is expected here'],
      [12, 'cwd: not what is expected here'],
      [13, 'unknown key "A=B"'],
      [13, 'env.GOOD: not what is expected here'],
    ] as const)
      expect(
        problems.some((text) => text.startsWith(`${line} `) && text.includes(what)),
        `${line} ${what}\n${problems.join('\n')}`,
      ).toBe(true)
  })

  it('reports everything that is wrong at once, each with its line', () => {
    const problems = problemsOf(`
name: Corner Shop
prometheus: http://admin:secret@127.0.0.1:9090
alertmanagr: http://127.0.0.1:9093
services:
  Shop:
    urls: [127.0.0.1:3000]
  store:
    urls: ["http://127.0.0.1:3000"]
    process: { pidFile: a.pid, port: 3000, start: node store.js }
    compose: { project: corner, service: db }
  cart:
    urls: ["http://127.0.0.1:3002", "http://127.0.0.1:3003"]
    lables: { job: cart }
    process: { start: [node, cart.js] }
environment: lab
`)
    expect(problems).toEqual([
      '2 : "alertmanager" is missing',
      '2 name: not what is expected here',
      '3 prometheus: not a http-url',
      '4 alertmanagr: unknown key "alertmanagr" (did you mean alertmanager?)',
      '6 services.Shop: "Shop" is no name for a service',
      '7 services.Shop.urls[0]: not a service-url',
      '9 services.store: is both "process" and "compose"',
      '10 services.store.process: says both "pidFile" and "port"',
      '10 services.store.process.start: wrong type',
      '14 services.cart.lables: unknown key "lables" (did you mean labels?)',
      '15 services.cart.process: one process for several replicas',
      '15 services.cart.process: does not say how to find it',
    ])
  })

  it('takes no two processes for one', () => {
    const one = '{ port: 3000, start: [node, a.js] }'
    const text = `name: a\nenvironment: lab\nprometheus: http://p:1\nalertmanager: http://a:1\nservices:\n  a: { urls: ["http://a:1"], process: ${one} }\n  b: { urls: ["http://b:1"], process: ${one} }\n`
    expect(problemsOf(text)).toEqual(['7 services.b.process: is found as services.a.process is'])
  })

  it('says what to do where there is none', async () => {
    await expect(readSystem('/nowhere/firedrill.yaml')).rejects.toMatchObject({ code: 'FD_FOREIGN_NOT_FOUND' })
  })
})

describe('targets', () => {
  it('are a service’s by its labels, or by host and port where it names none', () => {
    const [shop, store] = parseSystem(WHOLE, 'x').services
    if (shop === undefined || store === undefined) throw new Error('two services')
    expect(targetLabelsOf(shop)).toEqual([{ job: 'shop' }])
    expect(targetLabelsOf(store)).toEqual([{ instance: '127.0.0.1:5432' }])
    expect(isTargetOf(shop, { job: 'shop', instance: 'x' })).toBe(true)
    expect(isTargetOf(store, { job: 'db', instance: '127.0.0.1:5432' })).toBe(true)
    expect(isTargetOf(store, { job: 'db', instance: '127.0.0.1:5433' })).toBe(false)
  })
})

describe('docs/schema/system.schema.json', () => {
  it('is the schema that descriptions are validated with (npm run golden refreshes)', async () => {
    const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...systemSchema }
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../../docs/schema/system.schema.json')
  })
})
