import { describe, expect, it } from 'vitest'
import { InvalidFileError } from '../../base/files/file-problem.ts'
import { faultHostOf, namesOf } from './foreign-names.ts'
import { parseSystem } from './system-file.ts'

const HEAD = 'name: shop\nprometheus: http://p:1\nalertmanager: http://a:1\n'

function problemsOf(text: string): string[] {
  try {
    parseSystem(`${HEAD}${text}\nenvironment: lab\n`, 'firedrill.yaml')
  } catch (error) {
    if (error instanceof InvalidFileError)
      return error.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)
    throw error
  }
  return []
}

const SYSTEM = `
proxy: { url: "http://127.0.0.1:8475", tokenFrom: PROXY_TOKEN }
links:
  shop-db: { listen: "127.0.0.1:15432", upstream: "db.example:5432" }
services:
  shop: { urls: ["http://a:1", "http://a:2"], systemd: [shop@1.service, { unit: shop@2.service, user: true }], disk: data }
  web: { urls: ["http://b:1"], compose: { project: shop, service: web }, disk: /var/data }
  mail: { urls: ["http://c:1"] }
`

describe('units, disks and links of firedrill.yaml', () => {
  it('are read', () => {
    const { services, links, proxy } = parseSystem(`${HEAD}${SYSTEM}\nenvironment: lab\n`, '/srv/shop/firedrill.yaml')
    expect(services.map(({ run, disk }) => [run, disk])).toEqual([
      [
        {
          kind: 'systemd',
          units: [
            { name: 'shop@1.service', user: false },
            { name: 'shop@2.service', user: true },
          ],
        },
        '/srv/shop/data',
      ],
      [{ kind: 'compose', project: 'shop', service: 'web' }, '/var/data'],
      [{ kind: 'unknown' }, undefined],
    ])
    expect(links).toEqual([{ name: 'shop-db', listen: '127.0.0.1:15432', upstream: 'db.example:5432' }])
    expect(proxy).toEqual({ url: 'http://127.0.0.1:8475', tokenFrom: 'PROXY_TOKEN' })
  })

  it('say which faults can be injected where', () => {
    const system = parseSystem(`${HEAD}${SYSTEM}\nenvironment: lab\n`, 'firedrill.yaml')
    expect(faultHostOf(system)).toMatchObject({ beside: ['shop', 'web'], disks: ['shop', 'web'], links: ['shop-db'] })
    expect(namesOf(system).services).toEqual(['shop', 'web', 'mail', 'shop-db'])
    expect(namesOf(system).foreign.probed).toEqual(['shop', 'web', 'mail'])
  })

  it('are reported with all that is wrong', () => {
    expect(
      problemsOf(`links:
  shop: { listen: "127.0.0.1:1", upstream: "127.0.0.1:1" }
  other: { listen: "127.0.0.1:1", upstream: "nowhere" }
services:
  shop: { urls: ["http://a:1"], systemd: [a.service, b.service] }
  both: { urls: ["http://a:2"], systemd: "-c.service", process: { port: 1, start: [x] } }
  twice: { urls: ["http://a:3"], systemd: a.service }
  web: { urls: ["http://a:4"], compose: { project: a, service: b }, disk: data }
  none: { urls: ["http://a:5"], disk: data }
  up: { urls: ["http://a:6"], compose: { project: a, service: c }, disk: /data/../.. }
`),
    ).toEqual([
      '5 links.shop: "shop" is a service already',
      '5 links.shop.listen: the proxy would connect to itself',
      '6 links.other.listen: links.shop listens there',
      '6 links.other.upstream: not a link-address',
      '8 services.shop.systemd: not as many units as replicas',
      '9 services.both: is both "process" and "systemd"',
      '9 services.both.systemd: not what is expected here',
      '10 services.twice.systemd: is found as services.shop.systemd[0] is',
      '11 services.web.disk: is not a path inside of a container',
      '12 services.none.disk: nothing says how the service is run',
      '13 services.up.disk: is not a path inside of a container',
    ])
  })
})
describe('links that are Services of Kubernetes', () => {
  it('are read, with what the file says of the cluster', () => {
    const { links, serviceLinks, ...system } = parseSystem(
      `${HEAD}
kubernetes: { context: lab, namespace: shop, image: "node:22" }
links:
  shop-db: { kubernetes: { service: db } }
  mail: { kubernetes: { namespace: other, service: smtp, allow: [several-namespaces] } }
  cache: { listen: "127.0.0.1:1", upstream: "cache:2" }
services: { shop: { urls: ["http://a:1"] } }
environment: lab
`,
      'firedrill.yaml',
    )
    const programs = { image: 'node:22', serviceAccount: 'firedrill' }
    expect(serviceLinks).toEqual([
      { name: 'shop-db', cluster: { context: 'lab' }, namespace: 'shop', service: 'db', programs },
      {
        name: 'mail',
        cluster: { context: 'lab' },
        namespace: 'other',
        service: 'smtp',
        allow: ['several-namespaces'],
        programs,
      },
    ])
    expect(links.map(({ name }) => name)).toEqual(['cache'])
    expect(faultHostOf({ ...system, links, serviceLinks }).links).toEqual(['cache', 'shop-db', 'mail'])
    expect(namesOf({ ...system, links, serviceLinks }).services).toEqual(['shop', 'cache', 'shop-db', 'mail'])
  })

  it('are reported with all that is wrong', () => {
    expect(
      problemsOf(`links:
  nowhere: { kubernetes: { service: db } }
  one: { kubernetes: { namespace: shop, service: db } }
  same: { kubernetes: { namespace: shop, service: db } }
  both: { listen: "127.0.0.1:1", kubernetes: { namespace: shop, service: mail } }
  odd: { kubernetes: { namespace: shop, service: "-x", allow: [single-replica] } }
services: { shop: { urls: ["http://a:1"] } }
`),
    ).toEqual([
      '5 links.nowhere.kubernetes: has no namespace',
      '7 links.same.kubernetes: is the same as links.one',
      '8 links.both.listen: unknown key "listen"',
      '9 links.odd.kubernetes.service: not what is expected here',
      '9 links.odd.kubernetes.allow[0]: not what is expected here',
    ])
  })
})
