import { existsSync, statSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../base/system/process.ts'
import { type Attempt, done, notYet, waitUntil } from '../../base/wait.ts'
import { KubectlCluster } from './kubectl-cluster.ts'

/**
 * A program in the place of kubectl: `proxy` answers at the socket with its arguments and counts, `exec` prints them and ends with
 * the code that the container's name has; a context "missing" is unknown.
 */
const KUBECTL = `#!/usr/bin/env node
const { createServer } = require('node:http')
const { appendFileSync } = require('node:fs')
const args = process.argv.slice(2)
const [context, verb] = args
appendFileSync(process.env.STARTS, JSON.stringify([process.pid, ...args]) + '\\n')
if (context === 'config') console.log('lab\\nfar')
if (context === '--context=missing') {
  process.stderr.write('error: context "missing" does not exist\\n')
  process.exit(1)
}
if (verb === 'proxy') {
  const path = args[2].slice('--unix-socket='.length)
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ pid: process.pid, url: request.url, host: request.headers.host, home: process.env.KUBECONFIG }))
  }).listen(path, () => console.log('Starting to serve on ' + path))
  process.on('SIGUSR2', () => {
    server.closeAllConnections()
    require('node:fs').unlinkSync(path)
  })
}
if (verb === 'exec') {
  const pod = args[3]
  process.stdout.write(JSON.stringify(args.slice(4)))
  if (pod === 'slow') setInterval(() => {}, 1000)
  else if (pod === 'gone') {
    process.stderr.write('Error from server (NotFound): pods "gone" not found\\n')
    process.exit(1)
  } else if (pod !== 'fine') {
    process.stderr.write('oh\\ncommand terminated with exit code ' + pod + '\\n')
    process.exit(Number(pod))
  }
}
`

let folder: string
let env: NodeJS.ProcessEnv
const clusters: KubectlCluster[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-kubectl-'))
  await writeFile(join(folder, 'kubectl'), KUBECTL)
  await chmod(join(folder, 'kubectl'), 0o755)
  const path = [folder, dirname(process.execPath), process.env.PATH].join(delimiter)
  env = { PATH: path, KUBECONFIG: '/home/x/.kube/config', STARTS: join(folder, 'starts') }
})
afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.close()))
  await rm(folder, { recursive: true })
})

function open(context = 'lab', from = env): KubectlCluster {
  const cluster = new KubectlCluster(context, from)
  clusters.push(cluster)
  return cluster
}

interface Answer {
  pid: number
  url: string
  host: string
  home: string
}

const starts = async () =>
  (await readFile(join(folder, 'starts'), 'utf8').catch(() => ''))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as [number, ...string[]])

const ended = (pid: number) =>
  waitUntil(async () => (identify(pid) === undefined ? done(undefined) : notYet('it runs')), {
    what: `pid ${pid} to end`,
    timeoutMs: 10_000,
    intervalMs: 10,
  })

/** Nobody listens there any more. A process whose first thread has ended may still do so for a moment. */
const refused = (path: string) =>
  waitUntil(
    () =>
      new Promise<Attempt<undefined>>((resolve) => {
        const socket = connect(path)
        socket.once('error', () => resolve(done(undefined)))
        socket.once('connect', () => {
          socket.destroy()
          resolve(notYet('it listens'))
        })
      }),
    { what: `nobody to listen at ${path}`, timeoutMs: 10_000, intervalMs: 10 },
  )

describe('a cluster that kubectl reaches', () => {
  it('starts nothing before the first request, and then one process for all of them, with its own environment', async () => {
    const cluster = open()
    expect(await starts()).toEqual([])
    const [one, two] = await Promise.all([
      cluster.request<Answer>({ path: '/version' }),
      cluster.request<Answer>({ path: '/api/v1/pods', query: { labelSelector: 'a=b c' } }),
    ])
    expect(one).toMatchObject({ url: '/version', host: 'localhost', home: '/home/x/.kube/config' })
    expect(two).toMatchObject({ pid: one.pid, url: '/api/v1/pods?labelSelector=a%3Db+c' })
    expect(await starts()).toHaveLength(1)
  })

  it('listens where only this user can enter, and leaves nothing behind', async () => {
    const cluster = open()
    const { pid } = await cluster.request<Answer>({ path: '/version' })
    const [[, , , socket = '']] = (await starts()) as [[number, ...string[]]]
    const own = dirname(socket.slice('--unix-socket='.length))
    expect(statSync(own).mode & 0o777).toBe(0o700)
    await cluster.close()
    await cluster.close()
    await ended(pid)
    expect(existsSync(own)).toBe(false)
    await expect(cluster.request({ path: '/version' })).rejects.toMatchObject({ code: 'FD_KUBERNETES_UNREACHABLE' })
  })

  it('adds no listener of the process for each of many', async () => {
    await open().request({ path: '/version' })
    const before = process.listenerCount('exit')
    await Promise.all([open(), open(), open()].map((cluster) => cluster.request({ path: '/version' })))
    expect(process.listenerCount('exit')).toBe(before)
  })

  it('starts it again when it has ended', async () => {
    const cluster = open()
    const first = await cluster.request<Answer>({ path: '/version' })
    const [[, , , socket = '']] = (await starts()) as [[number, ...string[]]]
    process.kill(first.pid, 'SIGKILL')
    await ended(first.pid)
    await refused(socket.slice('--unix-socket='.length))
    const second = await cluster.request<Answer>({ path: '/version' })
    expect(second.pid).not.toBe(first.pid)
  })

  it('ends the one that it has started again, also when the end of the first is known only afterwards', async () => {
    const cluster = open()
    const first = await cluster.request<Answer>({ path: '/version' })
    const [[, , , socket = '']] = (await starts()) as [[number, ...string[]]]
    process.kill(first.pid, 'SIGUSR2')
    await waitUntil(async () => (existsSync(socket.slice('--unix-socket='.length)) ? notYet('it is there') : done(0)), {
      what: 'the socket to be gone',
      timeoutMs: 10_000,
      intervalMs: 5,
    })
    // It runs, and nobody can reach it: it is ended while the next one starts.
    const second = await cluster.request<Answer>({ path: '/version' })
    expect(second.pid).not.toBe(first.pid)
    await ended(first.pid)
    await cluster.close()
    await ended(second.pid)
  })

  it('lets others speak HTTP through its door', async () => {
    const socket = await open().door.connect()
    socket.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    expect(text).toContain('"url":"/metrics"')
  })

  it('reports what kubectl says of a context that is not there', async () => {
    await expect(open('missing').request({ path: '/version' })).rejects.toMatchObject({
      code: 'FD_KUBERNETES_CLIENT',
      message: 'context "missing" does not exist',
      details: { next: expect.stringMatching(/^--context NAME, .+; there are lab, far$/) },
    })
    expect(() => open('')).toThrow('that is no name of a context')
    expect(() => open('a\nb')).toThrow('that is no name of a context')
  })

  it('says that there is no kubectl', async () => {
    const nowhere = open('lab', { PATH: '/nowhere' })
    const missing = { code: 'FD_KUBERNETES_CLIENT', message: 'there is no program kubectl' }
    await expect(nowhere.request({ path: '/version' })).rejects.toMatchObject(missing)
    await expect(nowhere.exec({ namespace: 'shop', pod: 'web-1' }, ['true'])).rejects.toMatchObject(missing)
  })
})

describe('a program in a pod, by kubectl', () => {
  const exec = (pod: string, timeoutMs?: number) =>
    open().exec({ namespace: 'shop', pod, container: 'app' }, ['sh', '-c', '--all; "$x"'], {
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    })

  it('gets its arguments as they are, behind --', async () => {
    const { code, stdout, stderr } = await exec('fine')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(['--container=app', '--', 'sh', '-c', '--all; "$x"'])
    const [start = []] = await starts()
    expect(start.slice(1, 5)).toEqual(['--context=lab', 'exec', '--namespace=shop', 'fine'])
  })

  it('that fails is no error: its exit code is reported', async () => {
    expect(await exec('3')).toMatchObject({ code: 3, stderr: 'oh' })
  })

  it('in a pod that is gone is an error', async () => {
    await expect(exec('gone')).rejects.toMatchObject({
      code: 'FD_KUBERNETES_NOT_FOUND',
      message: 'Error from server (NotFound): pods "gone" not found',
    })
  })

  it('that does not end is ended', async () => {
    await expect(exec('slow', 300)).rejects.toMatchObject({
      code: 'FD_KUBERNETES_UNREACHABLE',
      message: 'kubectl exec has not ended within 0.3 s',
    })
  })

  it('is not run in what is not the name of a pod', async () => {
    await expect(exec('--all')).rejects.toThrow('is no name of an object')
    expect(await starts()).toEqual([])
  })
})
