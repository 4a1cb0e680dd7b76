import { describe, expect, it } from 'vitest'
import { readParams } from '../params.ts'
import { injection } from '../test-victim.ts'
import { badImage } from './bad-image.ts'
import { subjectOn, TestWorkload, testPod } from './test-workload.ts'

const params = (given = {}) => readParams(badImage, given) as never

describe('bad-image', () => {
  it('lands when a pod waits for the image, and is undone by the image before', async () => {
    const workload = new TestWorkload()
    workload.onChange = () => {
      workload.present = [...workload.present, testPod('victim-new', { isRunning: false, waiting: 'ErrImagePull' })]
    }
    const fault = await badImage.start(subjectOn(workload), params(), injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof:
        'image of web: firedrill.invalid/no-such-image:none instead of shop:4; pod victim-new waits with ErrImagePull, and 2 pods are ready',
    })
    expect(await fault.undo()).toMatchObject({ changed: true })
    const path = '/spec/template/spec/containers/0'
    expect(workload.patched[1]).toEqual([
      { op: 'test', path: `${path}/name`, value: 'web' },
      { op: 'test', path: `${path}/image`, value: 'firedrill.invalid/no-such-image:none' },
      { op: 'replace', path: `${path}/image`, value: 'shop:4' },
    ])
  })

  it('has not landed where no pod is made from it, and is undone all the same', async () => {
    const workload = new TestWorkload()
    const fault = await badImage.start(subjectOn(workload), params(), { ...injection, forMs: 300 })
    expect(fault.landing.landed).toBe(false)
    expect(fault.landing.proof).toContain('no new pod waits with ErrImagePull')
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(await fault.undo()).toMatchObject({ changed: false })
  })

  it('has not landed by a pod that waited for its image before', async () => {
    const workload = new TestWorkload()
    workload.present = [...workload.present, testPod('victim-ill', { isRunning: false, waiting: 'ErrImagePull' })]
    const fault = await badImage.start(subjectOn(workload), params(), { ...injection, forMs: 300 })
    expect(fault.landing).toMatchObject({
      landed: false,
      proof: expect.stringContaining('no new pod waits with ErrImagePull'),
    })
  })

  it('has not landed where somebody else puts it back before a pod shows it', async () => {
    const workload = new TestWorkload()
    workload.isHeld = false
    const fault = await badImage.start(subjectOn(workload), params(), injection)
    expect(fault.landing).toMatchObject({
      landed: false,
      proof: expect.stringContaining('somebody else has put it back'),
    })
  })

  it('ends when the change was put back by somebody else', async () => {
    const workload = new TestWorkload()
    const fault = await badImage.start(subjectOn(workload), params(), { ...injection, forMs: 300 })
    expect(await fault.renew?.()).toBe(true)
    workload.isHeld = false
    expect(await fault.renew?.()).toBe(false)
  })

  it('names the containers where it is aimed at one that is not there', async () => {
    const workload = new TestWorkload()
    await expect(badImage.start(subjectOn(workload), params({ container: 'db' }), injection)).rejects.toMatchObject({
      code: 'FD_FAULT_PARAMS',
      details: { expected: 'one of web' },
    })
    expect(workload.patched).toEqual([])
  })
})
