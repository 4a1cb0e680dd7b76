import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFill } from './disk-fill.ts'
import { readParams } from './params.ts'
import { TestService } from './test-service.ts'
import { injection } from './test-victim.ts'

let service: TestService
beforeAll(async () => {
  service = await TestService.start()
})
afterAll(() => service.remove())

describe('disk-fill', () => {
  it('takes real blocks of the disk that nobody can leave behind', async () => {
    const fault = await diskFill.start(service, readParams(diskFill, { size: '32MiB' }) as never, injection)
    expect(fault.landing).toMatchObject({ landed: true, proof: expect.stringMatching(/^32\.\d MiB of the disk/) })
    // The file has no name any more: its space ends with the process, whatever ends that.
    expect(await readdir(service.folder)).toEqual([])
    expect(await fault.undo()).toMatchObject({ changed: true })
  })
})
