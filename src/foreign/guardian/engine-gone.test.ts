import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openControls } from '../control/controls.ts'
import { TestEngine } from '../control/test-engine.ts'
import { parseSystem } from '../file/system-file.ts'
import { ForeignRuntime } from '../foreign-runtime.ts'
import { Guardian } from './guardian.ts'

let folder: string
let engine: TestEngine
let controls: ReturnType<typeof openControls>
let guardian: Guardian
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fd-engine-'))
  engine = await TestEngine.start(folder)
  controls = openControls({ DOCKER_HOST: engine.host })
  const runtime = new ForeignRuntime(parseSystem(engine.description, 'firedrill.yaml'), controls.controlOf)
  await runtime.up()
  guardian = new Guardian(runtime)
})
afterEach(async () => {
  await guardian.close()
  await controls.close()
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const inject = () => guardian.inject({ fault: 'pause', service: 'web', replica: 'web-2', params: {}, forMs: 60_000 })

describe('a fault on a container whose engine is gone when the run ends', () => {
  it('is left with the reason, and undone when the engine is there again', async () => {
    await inject()
    await engine.end()
    expect(guardian.remainingMs()).toBeGreaterThan(0)
    const left = { what: 'pause of web-2', isInCluster: false, why: expect.stringContaining('no answer') }
    expect(await guardian.endAll()).toMatchObject([left])
    // It is not forgotten.
    expect(await guardian.endAll()).toMatchObject([left])
    await engine.begin()
    expect(await guardian.endAll()).toEqual([])
    expect(engine.containers.get('aaa')?.paused).toBe(false)
    await expect(inject()).rejects.toMatchObject({ code: 'FD_FAULT_REFUSED' })
  })
})
