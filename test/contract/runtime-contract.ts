import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { StateFolder } from '../../src/runtimes/native/state/state-folder.ts'
import type { ReplicaStatus, Runtime } from '../../src/runtimes/runtime.ts'

/** A runtime to test, with the contract's topology. */
export interface Made {
  runtime: Runtime
  /** Whether replicas are processes of this machine that can be looked at. */
  real: boolean
  /** Makes a replica run on without answering anything. */
  hang(replica: ReplicaStatus): Promise<void>
  folder?: StateFolder
  cleanUp(): Promise<void>
}

interface Problems {
  expected: string
  next: string
}

/** What every runtime must do. */
export function runtimeContract(name: string, make: () => Promise<Made>): void {
  describe(`runtime contract: ${name}`, () => {
    let made: Made
    let runtime: Runtime
    beforeEach(async () => {
      process.env.CALLER_SECRET = 'of the caller'
      made = await make()
      runtime = made.runtime
    })
    afterEach(async () => {
      await runtime.down()
      await made.cleanUp()
    })

    const replicas = (service: string): ReplicaStatus[] =>
      runtime.services().find((one) => one.name === service)?.replicas ?? []
    const replica = (service: string): ReplicaStatus => {
      const [first] = replicas(service)
      if (first === undefined) throw new Error(`${service} has no replica`)
      return first
    }
    const reaches = (service: string, state: string) =>
      waitUntil(async () => (replica(service).state === state ? done(undefined) : notYet(replica(service).state)), {
        what: `${service} to be ${state}`,
        timeoutMs: 10_000,
        intervalMs: 5,
      })
    const kinds = (service: string, after = 0) =>
      runtime
        .events(after)
        .filter((event) => event.service === service)
        .map((event) => `${event.kind} by ${event.actor}`)
    const lastSequence = () => runtime.events().at(-1)?.sequence ?? 0

    it('brings everything up healthy, what others depend on first', async () => {
      await runtime.up()
      expect(
        runtime
          .services()
          .flatMap((service) => service.replicas.map((one) => `${one.id} ${one.state}`))
          .sort(),
      ).toEqual(['daemon-1 healthy', 'database-1 healthy', 'watcher-1 healthy', 'web-1 healthy'])
      const order = runtime.events().map((event) => `${event.replica} ${event.kind}`)
      expect(order.indexOf('database-1 healthy')).toBeLessThan(order.indexOf('web-1 starting'))
      expect(kinds('web')).toEqual(['starting by operator', 'healthy by itself'])
    })

    it('stops everything in order: what watches first, what others depend on last', async () => {
      await runtime.up()
      const pids = runtime.services().map((service) => service.replicas[0]?.pid as number)
      await runtime.down()
      const stopped = runtime
        .events()
        .filter((event) => event.kind === 'stopped')
        .map((event) => event.replica)
      expect(stopped[0]).toBe('watcher-1')
      expect(stopped.indexOf('web-1')).toBeLessThan(stopped.indexOf('database-1'))
      expect(runtime.services().every((service) => service.replicas.every((one) => one.state === 'stopped'))).toBe(true)
      if (made.real) expect(pids.map(identify)).toEqual([undefined, undefined, undefined, undefined])
    })

    it('stops what it started when the start is aborted', async () => {
      const controller = new AbortController()
      controller.abort(new Error('Ctrl-C'))
      await expect(runtime.up(controller.signal)).rejects.toThrow('Ctrl-C')
      expect(runtime.services().flatMap((service) => service.replicas.filter((one) => one.pid !== undefined))).toEqual(
        [],
      )
    })

    it('leaves a killed replica with policy "never" down, and says how it ended', async () => {
      await runtime.up()
      const before = lastSequence()
      await runtime.kill({ service: 'web' }, 'SIGKILL', 'fault')
      await reaches('web', 'exited')
      expect(replica('web')).toMatchObject({ lastExit: { code: null, signal: 'SIGKILL' } })
      expect(replica('web').pid).toBeUndefined()
      expect(kinds('web', before)).toEqual(['exited by itself'])
    })

    it('restarts a killed replica with policy "always", as the restart policy', async () => {
      await runtime.up()
      const { pid } = replica('daemon')
      const before = lastSequence()
      await runtime.kill({ service: 'daemon' }, 'SIGKILL', 'fault')
      await waitUntil(
        async () => (replica('daemon').state === 'healthy' && replica('daemon').pid !== pid ? done(0) : notYet('')),
        {
          what: 'the daemon to be back',
          timeoutMs: 10_000,
          intervalMs: 5,
        },
      )
      expect(kinds('daemon', before)).toEqual(['exited by itself', 'starting by restart-policy', 'healthy by itself'])
      expect(replica('daemon').restarts).toBe(1)
    })

    it('starts a stopped replica again, and does nothing to one that runs', async () => {
      await runtime.up()
      await runtime.stop({ service: 'web' }, 'operator')
      expect(replica('web').state).toBe('stopped')
      await runtime.start({ service: 'web' }, 'responder')
      const { pid } = replica('web')
      await runtime.start({ service: 'web' }, 'responder')
      expect(replica('web')).toMatchObject({ state: 'healthy', pid })
    })

    it('keeps a stopped replica stopped whatever its restart policy', async () => {
      await runtime.up()
      await runtime.stop({ service: 'daemon' }, 'operator')
      const before = lastSequence()
      await runtime.restart({ service: 'web' }, 'operator')
      expect(replica('daemon').state).toBe('stopped')
      expect(kinds('daemon', before)).toEqual([])
    })

    it('restarts a running and a dead replica alike, in the name of who asked', async () => {
      await runtime.up()
      const first = replica('web').pid
      await runtime.restart({ service: 'web' }, 'responder')
      expect(replica('web').state).toBe('healthy')
      expect(replica('web').pid).not.toBe(first)
      await runtime.kill({ service: 'web' }, 'SIGKILL', 'fault')
      await reaches('web', 'exited')
      const before = lastSequence()
      await runtime.restart({ service: 'web', replica: 'web-1' }, 'responder')
      expect(kinds('web', before)).toEqual(['starting by responder', 'healthy by itself'])
    })

    it('pauses and resumes', async () => {
      await runtime.up()
      const { pid } = replica('web')
      await runtime.pause({ service: 'web' }, 'fault')
      expect(replica('web')).toMatchObject({ state: 'paused', pid })
      if (made.real) expect(await answers(replica('web'), 300)).toBe(false)
      await runtime.resume({ service: 'web' }, 'fault')
      await reaches('web', 'healthy')
      expect(replica('web').pid).toBe(pid)
    })

    it('restarts a paused replica', async () => {
      await runtime.up()
      await runtime.pause({ service: 'web' }, 'fault')
      await runtime.restart({ service: 'web' }, 'responder')
      expect(replica('web').state).toBe('healthy')
    })

    it('restarts a replica that hangs, where its part asks for that, and leaves others as they are', async () => {
      await runtime.up()
      const before = lastSequence()
      const web = replica('web')
      const hung = replica('daemon')
      for (const each of [hung, web]) await made.hang(each)
      await waitUntil(
        async () => {
          const { state, pid } = replica('daemon')
          return state === 'healthy' && pid !== hung.pid ? done(undefined) : notYet(state)
        },
        { what: 'daemon to be restarted', timeoutMs: 25_000, intervalMs: 20 },
      )
      expect(kinds('daemon', before)).toEqual([
        'unhealthy by itself',
        'stopping by restart-policy',
        'stopped by restart-policy',
        'starting by restart-policy',
        'healthy by itself',
      ])
      expect(replica('web').pid).toBe(web.pid)
    })

    it('scales out to replicas of their own, and back', async () => {
      await runtime.up()
      await runtime.scale('web', 3, 'responder')
      expect(replicas('web').map((one) => `${one.id} ${one.state}`)).toEqual([
        'web-1 healthy',
        'web-2 healthy',
        'web-3 healthy',
      ])
      expect(new Set(replicas('web').map(({ address }) => `${address.host}:${address.port}`)).size).toBe(3)
      if (made.folder) {
        const targets = JSON.parse(await readFile(join(made.folder.config, 'targets/web.json'), 'utf8')) as unknown[]
        expect(targets).toHaveLength(3)
      }
      await runtime.scale('web', 1, 'responder')
      expect(replicas('web').map((one) => one.id)).toEqual(['web-1'])
      await expect(runtime.scale('web', 4, 'operator')).rejects.toMatchObject({ code: 'FD_RUNTIME_UNSUPPORTED' })
      await expect(runtime.scale('database', 2, 'operator')).rejects.toMatchObject({ code: 'FD_RUNTIME_UNSUPPORTED' })
    })

    it('configures a service by restarting it with other settings', async () => {
      await runtime.up()
      const { pid } = replica('web')
      const configured = () => runtime.services().find((one) => one.name === 'web')?.configured
      expect(configured()).toBeUndefined()
      await runtime.configure('web', { GREETING: 'hello' }, 'responder')
      expect(replica('web').pid).not.toBe(pid)
      expect(configured()).toEqual(['GREETING'])
      if (made.real) expect(await environmentOf(replica('web'))).toEqual({ greeting: 'hello', secret: null })
      await runtime.configure('web', { GREETING: null }, 'responder')
      expect(configured()).toBeUndefined()
      const again = replica('web').pid
      await runtime.configure('web', { GREETING: null }, 'responder')
      expect(replica('web').pid).toBe(again)
      if (made.real) expect(await environmentOf(replica('web'))).toEqual({ greeting: null, secret: null })
    })

    it.each<[string, string, Record<string, string | null>, RegExp, Partial<Problems>?]>([
      [
        'a name that the part does not know',
        'web',
        { GREETNG: 'x' },
        /no setting "GREETNG"/,
        { next: 'did you mean GREETING?' },
      ],
      ['a variable that loads code into Node', 'web', { NODE_OPTIONS: '--import=data:,' }, /no setting "NODE_OPTIONS"/],
      ['a variable that loads code into any program', 'web', { LD_PRELOAD: '/tmp/x.so' }, /no setting "LD_PRELOAD"/],
      ['where programs are found', 'web', { PATH: '/tmp' }, /no setting "PATH"/],
      [
        "the part's own wiring",
        'web',
        { PORT: '1' },
        /no setting "PORT"/,
        { expected: 'one of GREETING, SHARE, PAGE' },
      ],
      ['the name of an inherited property', 'web', { constructor: 'x' }, /no setting "constructor"/],
      ['the name of every prototype', 'web', JSON.parse('{"__proto__":"x"}'), /no setting "__proto__"/],
      ['to take back what is no setting', 'web', { NODE_OPTIONS: null }, /no setting "NODE_OPTIONS"/],
      ['a part without settings', 'database', { GREETING: 'x' }, /database has no settings/],
      [
        'a value that the part would not start with',
        'web',
        { SHARE: '11' },
        /SHARE must be a whole number from 1 to 10/,
      ],
      ['a NUL, at which C would end the value', 'web', { GREETING: 'a\0b' }, /GREETING must be one line, without NUL/],
      ['a line break', 'web', { GREETING: 'a\nb' }, /GREETING must be one line/],
      ['what stands for a secret in a container', 'web', { GREETING: 'x{{secret:redis}}' }, /no way to a secret/],
      ['a value without end', 'web', { GREETING: 'x'.repeat(4_097) }, /at most 4096 characters/],
      ['the responder, what only the operator sets', 'web', { PAGE: '/x' }, /PAGE .* the responder may not set it/],
      ['one wrong name among right ones', 'web', { GREETING: 'x', HOME: '/' }, /no setting "HOME"/],
    ])('refuses %s, and leaves the service alone', async (_, service, settings, message, details = {}) => {
      await runtime.up()
      const before = { pid: replica(service).pid, sequence: lastSequence() }
      const refused = runtime.configure(service, settings, 'responder')
      await expect(refused).rejects.toMatchObject({
        code: 'FD_RUNTIME_SETTING',
        message: expect.stringMatching(message),
      })
      await expect(refused).rejects.toMatchObject({ details })
      expect({ pid: replica(service).pid, sequence: lastSequence() }).toEqual(before)
      expect(runtime.services().find((one) => one.name === service)?.configured).toBeUndefined()
    })

    it('lets the operator set what the responder may not', async () => {
      await runtime.up()
      await runtime.configure('web', { PAGE: '/x' }, 'operator')
      expect(runtime.services().find((one) => one.name === 'web')?.configured).toEqual(['PAGE'])
      await runtime.configure('web', { PAGE: null }, 'operator')
    })

    it('keeps the logs of each replica', async () => {
      await runtime.up()
      expect((await runtime.logs({ service: 'web' }, { lines: 10 })).length).toBe(1)
    })

    it('sends listeners and later readers the same events, numbered without gaps', async () => {
      const received: number[] = []
      const off = runtime.onEvent((event) => received.push(event.sequence))
      await runtime.up()
      off()
      expect(runtime.events().map((event) => event.sequence)).toEqual(received)
      expect(received).toEqual(received.map((_, index) => index + 1))
      expect(runtime.events(received.length - 1)).toHaveLength(1)
    })

    it.each([
      ['an unknown service', () => runtime.restart({ service: 'nothing' }, 'operator'), 'FD_RUNTIME_UNKNOWN_SERVICE'],
      [
        'an unknown replica',
        () => runtime.start({ service: 'web', replica: 'web-9' }, 'operator'),
        'FD_RUNTIME_UNKNOWN_SERVICE',
      ],
    ])('refuses %s', async (_, act, code) => {
      await runtime.up()
      await expect(act()).rejects.toMatchObject({ code })
    })

    it('refuses to kill or pause what does not run', async () => {
      await runtime.up()
      await runtime.stop({ service: 'web' }, 'operator')
      await expect(runtime.kill({ service: 'web' }, 'SIGKILL', 'fault')).rejects.toMatchObject({
        code: 'FD_RUNTIME_CONFLICT',
      })
      await expect(runtime.pause({ service: 'web' }, 'fault')).rejects.toMatchObject({ code: 'FD_RUNTIME_CONFLICT' })
    })
  })
}

function answers({ address }: ReplicaStatus, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const req = request({ ...address, path: '/ready', agent: false, timeout: timeoutMs }, (response) => {
      response.resume()
      resolve(true)
    })
    req.on('timeout', () => req.destroy())
    req.on('error', () => resolve(false))
    req.end()
  })
}

function environmentOf({ address }: ReplicaStatus): Promise<unknown> {
  return fetch(`http://${address.host}:${address.port}/env`).then((response) => response.json())
}

/** Has the fixture service block its event loop; a signal would stop only the first process of a container. */
export async function hangFixture({ address }: ReplicaStatus): Promise<void> {
  await fetch(`http://${address.host}:${address.port}/hang`)
}
