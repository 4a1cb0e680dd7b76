import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../base/wait.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import { NoControl } from '../control/no-control.ts'
import { parseSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { TestWorkload } from '../kubernetes/test-workload.ts'
import { guardReach } from './guard-reach.ts'
import { Guardian } from './guardian.ts'

const SYSTEM = `
name: test
environment: lab
prometheus: http://127.0.0.1:1
alertmanager: http://127.0.0.1:1
kubernetes: { context: lab, namespace: shop }
services:
  web: { kubernetes: { workload: deployment/web, service: web, port: http } }
`

let workload: TestWorkload
let cluster: Cluster
let guardian: Guardian
let controlling: NodeJS.Timeout
beforeEach(async () => {
  workload = await TestWorkload.start(3)
  cluster = workload.server.cluster()
  const system = parseSystem(SYSTEM, 'firedrill.yaml')
  const runtime = new ForeignRuntime(
    system,
    () => new NoControl('none'),
    () => cluster,
  )
  await runtime.up()
  guardian = new Guardian(runtime, { reach: guardReach(system, runtime) })
  controlling = setInterval(() => workload.control(), 20)
})
afterEach(async () => {
  clearInterval(controlling)
  await guardian.close()
  await cluster.close()
  await workload.server.close()
})

const scaleTo = (to: number) => guardian.inject({ fault: 'scale', service: 'web', params: { to }, forMs: 60_000 })
const rescaled = async () =>
  (await guardian.events(0)).flatMap(({ kind, detail = '' }) => (kind === 'rescaled' ? [detail] : []))
const until = (what: string, check: () => Promise<boolean>) =>
  waitUntil(async () => ((await check()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 20_000,
    intervalMs: 50,
  })

describe('a workload that a fault has scaled', () => {
  it('is nobody else’s doing, nor is its undo', async () => {
    const { id, landing } = await scaleTo(1)
    expect(landing).toMatchObject({ landed: true })
    expect(await guardian.lift(id)).toMatchObject({ changed: true })
    expect(workload.object.spec.replicas).toBe(3)
    await guardian.close()
    expect(await rescaled()).toEqual([])
  })

  it('is named when somebody else scales it to another number meanwhile, which the undo leaves', async () => {
    const { id } = await scaleTo(1)
    workload.object.spec.replicas = 5
    expect(await guardian.lift(id)).toMatchObject({
      changed: false,
      detail: 'deployment/web in shop has 5 replicas now, which somebody else has set: that stays',
    })
    expect(workload.object.spec.replicas).toBe(5)
    expect(await rescaled()).toEqual(['deployment/web in shop: 5 replicas instead of 1'])
  })

  it('ends as a fault when somebody else scales it', async () => {
    await scaleTo(1)
    workload.object.spec.replicas = 5
    await until('the fault to be over', async () => (await guardian.faults()).length === 0)
    await until('it to be named', async () => (await rescaled()).length > 0)
    expect(workload.object.spec.replicas).toBe(5)
  })

  it('is repaired when somebody scales it back', async () => {
    const { id } = await scaleTo(1)
    workload.object.spec.replicas = 3
    expect(await guardian.lift(id)).toMatchObject({ changed: false, detail: expect.stringContaining('put back') })
    expect(await rescaled()).toEqual([])
  })
})
