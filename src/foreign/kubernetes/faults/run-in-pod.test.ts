import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Pod } from '../../../kubernetes/objects.ts'
import { TestApiServer } from '../../../kubernetes/test-api-server.ts'
import { podView } from './pod-view.ts'
import { runInPod } from './run-in-pod.ts'

const POD = '/api/v1/namespaces/shop/pods/web-a'

let server: TestApiServer
let added: { name: string; command: string[]; securityContext?: object; targetContainerName?: string }[]
/** What the kubelet does with an ephemeral container. */
let start: (name: string) => void
let isOld: boolean
let executed: string[]
beforeEach(async () => {
  server = await TestApiServer.start()
  added = []
  executed = []
  isOld = false
  start = (name) => {
    become(name, { running: { startedAt: 'now' } })
    server.texts.set(`${POD}/log`, 'firedrill-report {"begun":true}\n')
  }
  server.put(POD, {
    metadata: { uid: 'a' },
    spec: { containers: [{ name: 'web', image: 'shop:4' }] },
    status: { phase: 'Running' },
  })
  server.intercept = (method, path) => {
    if (method !== 'PATCH' || !path.endsWith('/ephemeralcontainers')) return undefined
    const { body } = server.requests.at(-1) ?? {}
    const given = body as { spec?: { ephemeralContainers: typeof added }; ephemeralContainers?: typeof added }
    const containers = isOld ? given.ephemeralContainers : given.spec?.ephemeralContainers
    for (const one of containers ?? []) {
      added.push(one)
      start(one.name)
    }
    return { status: 200, body: { kind: isOld ? 'EphemeralContainers' : 'Pod' } }
  }
  server.exec = async ({ container = '' }, command) => {
    executed.push(`${container}: ${command.at(-1)}`)
    become(container, { terminated: { exitCode: 0 } })
    return { code: 0, stdout: '', stderr: '' }
  }
})
afterEach(() => server.close())

function become(name: string, state: object): void {
  const pod = server.objects.get(POD)
  if (pod !== undefined) pod.status.ephemeralContainerStatuses = [{ name, restartCount: 0, ready: false, state }]
}

const run = (sees?: string) =>
  runInPod(
    { cluster: server.cluster(), namespace: 'shop', image: 'node:20' },
    podView(server.objects.get(POD) as unknown as Pod),
    {
      program: 'report(1)',
      data: {},
      forMs: 1_000,
      signal: new AbortController().signal,
      ...(sees === undefined ? {} : { sees }),
    },
  )

describe('a program in an ephemeral container', () => {
  it('is started without rights, resolves with its first report, and is ended by a file', async () => {
    const program = await run()
    expect(program.firstReport).toEqual({ begun: true })
    expect(added[0]?.securityContext).toMatchObject({ runAsNonRoot: true, allowPrivilegeEscalation: false })
    expect(await program.ended()).toBeUndefined()
    await program.end()
    expect(executed).toEqual([`${program.container}: require('node:fs').writeFileSync('/tmp/firedrill-stop', '')`])
    expect(await program.ended()).toBe('exit code 0')
    await program.end()
    expect(executed).toHaveLength(1)
  })

  it('sees the processes of a container, with the rights to signal them', async () => {
    await run('web')
    expect(added[0]).toMatchObject({ targetContainerName: 'web' })
    expect(added[0]?.securityContext).toBeUndefined()
  })

  it('runs as the user of the container that it sees, with no other rights, where the pod says who that is', async () => {
    const spec: Record<string, unknown> = server.objects.get(POD)?.spec ?? {}
    spec.securityContext = { runAsUser: 1_000, runAsGroup: 1_000 }
    spec.containers = [{ name: 'web', image: 'shop:4', securityContext: { runAsUser: 2_000 } }]
    await run('web')
    expect(added[0]?.securityContext).toMatchObject({
      ...{ runAsUser: 2_000, runAsGroup: 1_000, runAsNonRoot: true, allowPrivilegeEscalation: false },
      capabilities: { drop: ['ALL'] },
    })
  })

  it('is begun in no other pod that has its name meanwhile', async () => {
    await run()
    expect(server.requests.find(({ path }) => path.endsWith('/ephemeralcontainers'))?.body).toMatchObject({
      metadata: { uid: 'a' },
    })
  })

  it('is started by clusters before 1.22 as well, once', async () => {
    isOld = true
    await run()
    expect(added).toHaveLength(1)
  })

  it('is refused with the reason where its image is not there', async () => {
    start = (name) => become(name, { waiting: { reason: 'ErrImagePull', message: 'no such image' } })
    await expect(run()).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
      details: { given: 'ErrImagePull no such image', expected: expect.stringContaining('node:20') },
    })
  })

  it('has ended when its pod is gone', async () => {
    const program = await run()
    server.objects.delete(POD)
    expect(await program.ended()).toBe('the pod is gone')
    await program.end()
  })
})
