import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { Subject } from './fault.ts'
import { kill } from './kill.ts'

/** A replica that is a real process. */
class Victim implements Subject {
  readonly service = 'victim'
  readonly replica = 'victim-1'
  readonly #program: string
  #child: ReturnType<typeof spawn> | undefined
  starts = 0

  constructor(program: string) {
    this.#program = program
  }
  pid() {
    return this.#child?.pid
  }
  async kill(signal: NodeJS.Signals) {
    this.#child?.kill(signal)
  }
  async start() {
    const child = spawn(process.execPath, [
      '-e',
      `${this.#program}; process.stdout.write('ready'); setInterval(() => {}, 1000)`,
    ])
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined
    })
    this.#child = child
    this.starts++
    await once(child.stdout, 'data')
  }
}

let victim: Victim | undefined
afterEach(() => victim?.kill('SIGKILL'))
async function running(program = ''): Promise<Victim> {
  victim = new Victim(program)
  await victim.start()
  return victim
}

describe('kill', () => {
  it('lands when the process is gone, and says which', async () => {
    const one = await running()
    const pid = one.pid()
    const beforeMs = Date.now()
    const fault = await kill.start(one, { signal: 'SIGKILL' })
    expect(fault.landing).toMatchObject({ landed: true, proof: `pid ${pid} is gone` })
    expect(fault.injectedAtMs).toBeGreaterThanOrEqual(beforeMs)
    expect(fault.landing.atMs).toBeGreaterThanOrEqual(fault.injectedAtMs)
  })

  it('does not land on what is not running', async () => {
    const fault = await kill.start(new Victim(''), { signal: 'SIGKILL' })
    expect(fault.landing).toMatchObject({ landed: false, proof: 'victim-1 was not running' })
  })

  it('does not land on a process that ignores the signal', async () => {
    const one = await running("process.on('SIGTERM', () => {})")
    const fault = await kill.start(one, { signal: 'SIGTERM' })
    expect(fault.landing.landed).toBe(false)
    expect(fault.landing.proof).toContain('still ran')
  })

  it('starts what nobody has repaired when it is undone, and leaves alone what somebody has', async () => {
    const one = await running()
    const fault = await kill.start(one, { signal: 'SIGKILL' })
    expect(await fault.undo()).toMatchObject({ changed: true })
    expect(one.starts).toBe(2)
    expect(await fault.undo()).toMatchObject({ changed: false })
    expect(one.starts).toBe(2)
  })
})
