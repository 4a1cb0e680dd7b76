import { describe, expect, it } from 'vitest'
import { injection } from '../test-victim.ts'
import { crash } from './crash.ts'
import { subjectOn, TestWorkload, testPod } from './test-workload.ts'

const ok = (stdout = '') => ({ code: 0, stdout, stderr: '' })

/** A container whose first process has that name, those children and those handlers, and ends by one command. */
function container(status: string, { children = '', endsBy }: { children?: string; endsBy?: string }): TestWorkload {
  const workload = new TestWorkload()
  const [pod] = workload.present
  workload.answer = (command) => {
    const text = command.join(' ')
    if (text === 'cat /proc/1/status') return ok(status)
    if (text === 'cat /proc/1/task/1/children') return ok(children)
    if (text === endsBy) workload.restart(pod)
    return ok()
  }
  return workload
}

const params = { container: '' }

describe('crash', () => {
  it('kills the child of a wrapper, and proves it by the restart count of the same pod', async () => {
    const workload = container('Name:\ttini\nSigCgt:\t0000000000000000\n', { children: '7 ', endsBy: 'kill -KILL 7' })
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing).toMatchObject({
      landed: true,
      proof:
        'web of pod victim-a ended after SIGKILL to the child of pid 1 (tini), pid 7, exit code 137, restart count 0 became 1, and the pod is the same',
    })
    expect(await fault.undo()).toEqual({ changed: false, detail: 'web of pod victim-a runs, after 1 restarts' })
  })

  it('sends a program a signal that it handles', async () => {
    // Bit 5 is SIGABRT.
    const workload = container('Name:\tapi\nSigCgt:\t0000000000000020\n', { endsBy: 'kill -ABRT 1' })
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing.proof).toContain('ended after SIGABRT to pid 1 (api)')
  })

  it('says why nothing ends a program that handles no signal', async () => {
    const workload = container('Name:\tsleep\nSigCgt:\t0000000000000000\n', {})
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing).toMatchObject({
      landed: false,
      proof:
        'pid 1 (sleep) of web still runs; it handles no signal that ends it. The kernel protects it from signals of its own container',
    })
  })

  it('uses the Node of the container where that is all it has', async () => {
    const workload = new TestWorkload()
    const [pod] = workload.present
    workload.answer = ([program, , script, given]) => {
      if (program !== 'node') return { code: 126, stdout: '', stderr: 'not found' }
      if (given === '/proc/1/status') return ok('Name:\tapi\nSigCgt:\t0000000000000020\n')
      if (script?.includes('process.kill') && given === '1') workload.restart(pod)
      return ok()
    }
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing.landed).toBe(true)
    expect(workload.programs).toEqual([])
  })

  it('uses an ephemeral container where the container has no programs, and ends it', async () => {
    const workload = new TestWorkload()
    const [pod] = workload.present
    workload.answer = ([program, , script, given], container) => {
      if (program !== 'node' || container === 'web') return { code: 126, stdout: '', stderr: 'not found' }
      if (given === '/proc/1/status') return ok('Name:\tapi\nSigCgt:\t0000000000000020\n')
      if (script?.includes('process.kill') && given === '1') workload.restart(pod)
      return ok()
    }
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing.landed).toBe(true)
    expect(workload.programs).toMatchObject([{ sees: 'web', isEnded: true }])
  })

  it('does not land on a container that does not run', async () => {
    const workload = new TestWorkload()
    workload.present = [testPod('victim-a', { isRunning: false, waiting: 'CrashLoopBackOff' })]
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing.landed).toBe(false)
    expect(await fault.undo()).toMatchObject({ detail: expect.stringContaining('waits with CrashLoopBackOff') })
  })

  it('is refused where the containers of the pod share their processes', async () => {
    const workload = container('Name:\tpod\nSigCgt:\t0000000000004002\n', { endsBy: 'kill -TERM 1' })
    workload.present = workload.present.map((pod) => ({ ...pod, sharesProcesses: true }))
    await expect(crash.start(subjectOn(workload), params, injection)).rejects.toMatchObject({
      code: 'FD_FAULT_REFUSED',
    })
  })

  it('has not landed where the pod is deleted by somebody else', async () => {
    const workload = container('Name:\tapi\nSigCgt:\t0000000000000020\n', {})
    const { answer } = workload
    workload.answer = (command, name) => {
      if (command.join(' ') === 'kill -ABRT 1') workload.present = workload.present.slice(1)
      return answer(command, name)
    }
    const fault = await crash.start(subjectOn(workload), params, injection)
    expect(fault.landing).toMatchObject({
      landed: false,
      proof: expect.stringContaining('somebody else has deleted it'),
    })
  })
})
