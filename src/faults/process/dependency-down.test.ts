import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TestService } from '../inside/test-service.ts'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { dependencyDown } from './dependency-down.ts'

let service: TestService
let asking: NodeJS.Timeout
const outcomes: string[] = []
beforeAll(async () => {
  service = await TestService.start()
  asking = setInterval(() => {
    service.askSource(AbortSignal.timeout(100)).then(
      () => outcomes.push('answered'),
      (error: { code?: string }) => outcomes.push(error.code ?? 'failed'),
    )
  }, 20)
})
afterEach(() => outcomes.splice(0))
afterAll(async () => {
  clearInterval(asking)
  await service.remove()
})

const start = (params: object) =>
  dependencyDown.start(service, readParams(dependencyDown, { dependency: 'source', ...params }) as never, injection)
const seen = async () => {
  outcomes.splice(0)
  await new Promise((resolve) => setTimeout(resolve, 300))
  return new Set(outcomes)
}

describe('dependency-down', () => {
  it('lands with the first call that meets it, fails every call, and ends', async () => {
    const fault = await start({ how: 'fail' })
    expect(fault.landing).toMatchObject({ landed: true, proof: 'a call of source met the fault' })
    const { asked } = service
    expect(await seen()).toEqual(new Set(['FD_FAULT_INJECTED']))
    expect(service.asked).toBe(asked)
    await fault.undo()
    expect(await seen()).toContain('answered')
  })

  it('lets calls hang until the service gives up, and go on when it ends', async () => {
    const fault = await start({ how: 'hang' })
    await seen()
    await fault.undo()
    expect(await seen()).toContain('answered')
  })

  it('refuses a dependency that the service does not have', async () => {
    await expect(start({ dependency: 'sauce' })).rejects.toMatchObject({
      code: 'FD_FAULT_NO_ROUTE',
      details: { next: 'did you mean source?' },
    })
  })
})
