import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../../load/test-target.ts'
import { WATCH_PROGRAM, type WatchData } from './watch-program.ts'

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/one'
const WORKLOAD = '/apis/apps/v1/namespaces/shop/deployments/web'
const data: WatchData = {
  lease: LEASE,
  object: WORKLOAD,
  undo: [
    { op: 'test', path: '/spec/replicas', value: 0 },
    { op: 'replace', path: '/spec/replicas', value: 3 },
  ],
  leaseMs: 2_000,
  graceMs: 500,
  annotations: { left: 'left-ms', armed: 'watched-by', hint: 'undo' },
}

interface Lease {
  metadata: { annotations: Record<string, string> }
  spec: { renewTime: string }
}

let folder: string
let server: Server
let lease: Lease | undefined
let requests: string[]
let statusOf: (method: string, path: string) => number
/** Of the workload. */
let replicas: number
let containers: object[]
let owner: string
/** How often the answer to a question for the Lease is cut in its middle. */
let cuts: number
let child: ChildProcess
let output: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fd-watch-'))
  lease = { metadata: { annotations: {} }, spec: { renewTime: '1' } }
  requests = []
  output = ''
  statusOf = () => 200
  replicas = 0
  containers = []
  owner = 'one'
  cuts = 0
  const { key, cert } = makeCertificate()
  writeFileSync(join(folder, 'ca.crt'), cert)
  writeFileSync(join(folder, 'token'), 'the-token\n')
  server = createServer({ key, cert }, (request, response) => {
    void (async () => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const { method = '', url = '' } = request
      if (request.headers.authorization !== 'Bearer the-token') return void response.writeHead(401).end()
      const status = url === LEASE && lease === undefined ? 404 : statusOf(method, url)
      if (method !== 'GET') requests.push(`${method} ${url} ${request.headers['content-type']} ${text} ${status}`)
      if (status === 200 && url === LEASE && method === 'PATCH') {
        Object.assign(lease?.metadata.annotations ?? {}, (JSON.parse(text) as Lease).metadata.annotations)
      }
      if (status === 200 && url === LEASE && method === 'DELETE') lease = undefined
      response.writeHead(status, { 'content-type': 'application/json' })
      const metadata = { annotations: { undo: 'x' }, uid: 'u', ownerReferences: [{ kind: 'Lease', name: owner }] }
      const workload = { metadata, spec: { replicas, template: { spec: { containers } } } }
      const answer = JSON.stringify(url === WORKLOAD ? workload : (lease ?? {}))
      if (method !== 'GET' || cuts === 0) return void response.end(answer)
      cuts -= 1
      response.write(answer.slice(0, 5), () => response.destroy())
    })()
  })
  server.listen(0)
  await once(server, 'listening')
  watch()
})

function watch(more: Partial<WatchData> = {}): void {
  child = spawn(process.execPath, ['-e', WATCH_PROGRAM], {
    env: {
      FIREDRILL_WATCH: JSON.stringify({ ...data, ...more }),
      FIREDRILL_ACCOUNT: folder,
      KUBERNETES_SERVICE_HOST: 'localhost',
      KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
      HOSTNAME: 'pod-1',
    },
  })
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (output += String(part)))
}

afterEach(async () => {
  child.kill('SIGKILL')
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

const ended = () => once(child, 'close')
/** Renews the lease four times a second until it is stopped. */
function renewing(left?: string): { stop(): void } {
  let count = 0
  const timer = setInterval(() => {
    if (lease === undefined) return
    lease.spec.renewTime = String(++count)
    if (left !== undefined) lease.metadata.annotations['left-ms'] = left
  }, 250)
  return { stop: () => clearInterval(timer) }
}
const UNDONE = [
  `PATCH ${LEASE} application/merge-patch+json {"metadata":{"annotations":{"watched-by":"pod-1"}}} 200`,
  `PATCH ${WORKLOAD} application/json-patch+json ${JSON.stringify(data.undo)} 200`,
  `PATCH ${WORKLOAD} application/merge-patch+json {"metadata":{"annotations":{"undo":null}}} 200`,
  `DELETE ${LEASE} application/json {"propagationPolicy":"Background"} 200`,
]

describe('the program of the Job', { timeout: 60_000 }, () => {
  it('undoes the change when nobody renews the Lease, and ends', async () => {
    await ended()
    expect(requests).toEqual(UNDONE)
    expect(output).toBe('put back what was changed\n')
  })

  it('changes nothing while the Lease is renewed, nor after its holder has deleted it', async () => {
    const renewal = renewing()
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
    // Longer than the lease.
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    renewal.stop()
    lease = undefined
    await ended()
    expect(requests).toEqual(UNDONE.slice(0, 1))
    expect(output).toContain('undone by its holder')
  })

  it('undoes the change when the time of the fault is over, although the Lease was renewed', async () => {
    const renewal = renewing('0')
    await ended()
    renewal.stop()
    expect(requests.at(-1)).toBe(UNDONE.at(-1))
  })

  it('tries again while the API server fails', async () => {
    let failures = 2
    statusOf = (method, path) => (method === 'PATCH' && path === WORKLOAD && failures-- > 0 ? 500 : 200)
    await ended()
    expect(requests.filter((request) => request.includes('json-patch')).map((request) => request.slice(-3))).toEqual([
      '500',
      '500',
      '200',
    ])
    expect(lease).toBeUndefined()
  })

  it('deletes what the fault has made', async () => {
    child.kill('SIGKILL')
    await ended()
    requests = []
    watch({ undo: 'delete' })
    await ended()
    expect(requests.slice(-2)).toEqual([
      `DELETE ${WORKLOAD} application/json {"preconditions":{"uid":"u"}} 200`,
      UNDONE.at(-1),
    ])
  })

  it('does not delete what has the name of that, and belongs to another Lease', async () => {
    child.kill('SIGKILL')
    await ended()
    requests = []
    owner = 'another'
    watch({ undo: 'delete' })
    await ended()
    expect(requests.filter((request) => request.startsWith('DELETE'))).toEqual([UNDONE.at(-1)])
  })

  it('deletes it also where it may not look at it', async () => {
    child.kill('SIGKILL')
    await ended()
    requests = []
    statusOf = (method, path) => (method === 'GET' && path === WORKLOAD ? 403 : 200)
    watch({ undo: 'delete' })
    await ended()
    expect(requests.at(-2)).toMatch(`DELETE ${WORKLOAD} `)
  })

  it('finds the container by its name where somebody has put another one before it', async () => {
    child.kill('SIGKILL')
    await ended()
    requests = []
    containers = [
      { name: 'mesh', image: 'mesh:1' },
      { name: 'web', image: 'broken:1' },
    ]
    const at = (index: number) => [
      { op: 'test', path: `/spec/template/spec/containers/${index}/name`, value: 'web' },
      { op: 'test', path: `/spec/template/spec/containers/${index}/image`, value: 'broken:1' },
      { op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: 'shop:4' },
    ]
    let isFirst = true
    statusOf = (method, path) => {
      if (method !== 'PATCH' || path !== WORKLOAD || !isFirst) return 200
      isFirst = false
      return 422
    }
    watch({ undo: at(0) })
    await ended()
    expect(requests.filter((request) => request.includes('json-patch'))).toEqual([
      `PATCH ${WORKLOAD} application/json-patch+json ${JSON.stringify(at(0))} 422`,
      `PATCH ${WORKLOAD} application/json-patch+json ${JSON.stringify(at(1))} 200`,
    ])
    expect(output).toBe('put back what was changed\n')
  })

  it('leaves alone what somebody else has changed, and removes what was made for the undo', async () => {
    replicas = 5
    statusOf = (method, path) => (method === 'PATCH' && path === WORKLOAD && requests.length === 1 ? 422 : 200)
    await ended()
    expect(lease).toBeUndefined()
    expect(output).toBe('nothing was left to put back\n')
  })

  it('tries again while an admission policy forbids the undo: it answers as to a test that fails', async () => {
    let refusals = 2
    statusOf = (method, path) => (method === 'PATCH' && path === WORKLOAD && refusals-- > 0 ? 422 : 200)
    await ended()
    expect(requests.filter((request) => request.includes('json-patch')).map((request) => request.slice(-3))).toEqual([
      '422',
      '422',
      '200',
    ])
    expect(output).toContain('not undone yet: the API server forbids it')
    expect(lease).toBeUndefined()
  })

  it('watches on after an answer that was cut', async () => {
    cuts = 2
    await ended()
    expect(requests).toEqual(UNDONE)
    expect(output).toContain('the answer was cut')
  })
})
