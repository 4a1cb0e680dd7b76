import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identify } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'
import { profiles } from '../../src/stack/profile.ts'
import { describeStack } from '../../src/stack/topology.ts'
import { FiredrillFolder, pagingAlerts, pidsOf, replicaOf } from './firedrill.ts'

const PARTS = describeStack(profiles.lab).parts.length

let folders: FiredrillFolder[]
beforeEach(() => {
  folders = []
})
afterEach(async () => {
  for (const folder of folders) await folder.remove()
})
const create = async () => {
  const folder = await FiredrillFolder.create()
  folders.push(folder)
  return folder
}
const gone = (pids: readonly number[], withinMs: number) =>
  waitUntil(
    async () => {
      const alive = pids.filter((pid) => identify(pid) !== undefined)
      return alive.length === 0 ? done(undefined) : notYet(`alive: ${alive.join(', ')}`)
    },
    { what: 'all processes to be gone', timeoutMs: withinMs, intervalMs: 20 },
  )

describe('kill -9 of control', () => {
  it('leaves nothing alive after 5 s, and the next start is clean', async () => {
    const folder = await create()
    const stack = await folder.up()
    const pids = pidsOf(stack)
    expect(pids).toHaveLength(PARTS)
    process.kill(stack.pid, 'SIGKILL')
    await gone([stack.pid, ...pids], 5_000)

    const status = await folder.run(['status'])
    expect(status.exitCode).toBe(6)
    expect(status.stderr).toContain('FD_STACK_NOT_UP')

    const again = await folder.up()
    expect(again.state).toBe('up')
    expect(again.run).not.toBe(stack.run)
    expect(await pagingAlerts(again)).toEqual([])
  })
})

describe('two stacks', () => {
  it('run side by side, the second on other ports, and says so', async () => {
    const [first, second] = [await create(), await create()]
    const [one, two] = await Promise.all([first.up(), second.up()])
    const ports = [one, two].flatMap((stack) =>
      stack.services.flatMap((service) => service.replicas.map((replica) => replica.address.port)),
    )
    expect(new Set(ports).size).toBe(2 * PARTS)
    expect(one.url).not.toBe(two.url)
    expect(
      [...one.notices, ...two.notices].filter((notice) => notice.includes('is taken')).length,
    ).toBeGreaterThanOrEqual(10)
    await first.run(['down'])
    await gone(pidsOf(one), 5_000)
    expect((await second.stack()).state).toBe('up')
  })
})

describe('a taken port', () => {
  it('is replaced by a free one, in the table and in the notices; and a Grafana that cannot be fetched is a notice too', async () => {
    const { blocker, replica, port } = await takeAPreferredPort()
    const folder = await create()
    const env = { FIREDRILL_GRAFANA_MIRROR: 'http://127.0.0.1:1' }
    const { exitCode, all } = await folder.run(['up', '--detach', '--with', 'grafana'], { env })
    expect(exitCode, all).toBe(0)
    const stack = await folder.stack()
    expect(stack.state).toBe('up')
    // Where it is installed, or was fetched before, none is fetched.
    if (stack.components.grafana === undefined) {
      const [notice, ...more] = stack.notices.filter((text) => text.includes('Grafana'))
      expect(notice).toMatch(/^Grafana could not be fetched, and the stack runs without it: http:\/\/127\.0\.0\.1:1\//)
      expect(more).toEqual([])
    }
    expect(replicaOf(stack, replica).address.port).not.toBe(port)
    expect(stack.notices.join('\n')).toMatch(new RegExp(`port ${port} is taken: ${replica} listens on \\d+ instead`))
    blocker.close()
  })

  /** Whichever is free: another stack on this machine may hold some of them, and let go at any moment. */
  async function takeAPreferredPort() {
    for (const { name, preferredPort: port } of describeStack(profiles.lab).parts) {
      const blocker = createServer()
      try {
        await once(blocker.listen(port, '127.0.0.1'), 'listening')
        return { blocker, replica: `${name}-1`, port }
      } catch {
        blocker.close()
      }
    }
    throw new Error('every preferred port is taken')
  }
})

describe('Ctrl-C', () => {
  it('in the middle of the start stops what was started and exits with 5', async () => {
    const folder = await create()
    const { exitCode, printed, reached } = await folder.runUntil(['up'], 'healthy', (kill) => kill('SIGINT'))
    expect(reached, printed).toBe(true)
    expect(exitCode, printed).toBe(5)
    expect(JSON.parse(await readFile(join(folder.path, 'processes.json'), 'utf8'))).toEqual([])
  })

  it('when all is up stops everything in order and exits with 0', async () => {
    const folder = await create()
    let pids: number[] = []
    const { exitCode, printed } = await folder.runUntil(['up'], 'firedrill run', async (kill) => {
      pids = pidsOf(await folder.stack())
      kill('SIGINT')
    })
    expect(exitCode, printed).toBe(0)
    expect(printed).toContain('everything is stopped')
    expect(pids).toHaveLength(PARTS)
    await gone(pids, 100)
  })
})

describe('a stale state folder', () => {
  it('is recognised, not trusted: a control file of a process that is somebody else', async () => {
    const folder = await create()
    await writeFile(join(folder.path, 'id'), '0123456789ab')
    await writeFile(
      join(folder.path, 'control.json'),
      JSON.stringify({ control: { pid: process.pid, startedAt: 'another-boot:1' }, url: 'http://127.0.0.1:1' }),
    )
    await writeFile(
      join(folder.path, 'processes.json'),
      JSON.stringify([{ name: 'innocent', pid: process.pid, startedAt: 'another-boot:1' }]),
    )
    expect((await folder.run(['status'])).exitCode).toBe(6)
    expect((await folder.up()).state).toBe('up')
  })
})

describe('run without a stack', () => {
  it('starts one, runs a drill that ships by its name, and stops it again', async () => {
    const folder = await create()
    const run = await folder.run(['run', 'store-crash'])
    expect(run.exitCode, String(run.all)).toBe(0)
    expect(run.stdout).toMatch(/VERDICT +held/)
    expect((await folder.run(['status'])).exitCode).toBe(6)
  })
})

describe('rendered configuration', () => {
  it('passes the checks of Prometheus and Alertmanager themselves', async () => {
    const folder = await create()
    await folder.up()
    const components = await resolveComponents(['prometheus', 'alertmanager'], { fetch: true })
    const promtool = components.get('prometheus')?.programs.promtool
    const amtool = components.get('alertmanager')?.programs.amtool
    expect(promtool && amtool).toBeTruthy()
    const config = join(folder.path, 'config')
    expect((await execa(promtool ?? '', ['check', 'config', join(config, 'prometheus.yml')])).stdout).toContain(
      'SUCCESS',
    )
    expect((await execa(amtool ?? '', ['check-config', join(config, 'alertmanager.yml')])).stdout).toContain('SUCCESS')
  })
})

describe('the command line', () => {
  it('says what is wrong with arguments and exits with 2', async () => {
    const folder = await create()
    for (const args of [
      ['upp'],
      ['up', '--profile', 'fast'],
      ['run'],
      ['logs', '-n', 'many'],
      ['serve', 'stoer'],
      ['run', 'no-such.yaml'],
    ]) {
      const { exitCode, stderr } = await folder.run(args)
      expect(exitCode, args.join(' ')).toBe(2)
      expect(stderr.length, args.join(' ')).toBeGreaterThan(20)
    }
  })

  it('doctor lists every component, and for unavailable ones what was tried and what would help', async () => {
    const folder = await create()
    const { findings } = await folder.json<{ findings: { name: string; status: string; detail: string }[] }>(['doctor'])
    expect(findings.map((one) => one.name)).toEqual([
      'node',
      'prometheus',
      'alertmanager',
      'node-exporter',
      'blackbox-exporter',
      'postgres-exporter',
      'redis-exporter',
      'redis',
      'postgres',
      'grafana',
      'setpriv',
      'stack',
    ])
    const broken = await folder.run(['doctor'], { env: { FIREDRILL_REDIS: '/nowhere/redis-server' } })
    expect(broken.exitCode).toBe(6)
    expect(broken.stdout).toMatch(/✘ redis/)
    expect(broken.stdout).toContain('/nowhere/redis-server')
    expect(broken.stdout).toMatch(/next .*apt-get install/)
  })
})
