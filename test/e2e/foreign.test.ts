import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HaltReport } from '../../src/api/stack/halt-all.ts'
import { allPids, isHalted, signalProcess } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { resolveComponents } from '../../src/runtimes/native/components/resolve.ts'
import { guardians } from '../foreign-material/guardians.ts'
import { bin, FiredrillFolder, root } from './firedrill.ts'

/** The ports that the example is written for. */
const WRITTEN = ['3900', '9390', '9393', '9395']

/** The walk of docs/foreign-systems.md, on a copy of the example with ports of its own. */
describe('a system that is not ours', () => {
  let state: FiredrillFolder
  let shop: string
  let ports: string[]
  let started: ChildProcess
  beforeAll(async () => {
    await resolveComponents(['prometheus', 'alertmanager'], { fetch: true })
    state = await FiredrillFolder.create()
    // The halt of a system is kept there.
    process.env.XDG_STATE_HOME = join(state.path, 'user')
    ports = await freePorts(WRITTEN.length)
    shop = await copyExample(ports)
    started = spawn(process.execPath, ['start.js'], {
      cwd: shop,
      env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}` },
      stdio: 'ignore',
    })
  })
  afterAll(async () => {
    if (started.exitCode === null) {
      const ended = once(started, 'exit')
      started.kill('SIGTERM')
      await ended
    }
    await state.remove()
    await rm(shop, { recursive: true, force: true })
  })

  const file = (name: string) => join(shop, name)
  const onShop = () => ['--system', file('firedrill.yaml')]
  const shopPid = async () => Number(await readFile(file('run/shop.pid'), 'utf8'))
  const answers = () =>
    waitUntil(
      async () => {
        const { ok } = await fetch(`http://127.0.0.1:${ports[0]}/items`, { signal: AbortSignal.timeout(500) })
        return ok ? done(Date.now()) : notYet('not yet')
      },
      { what: 'the shop to answer', timeoutMs: 10_000, intervalMs: 50 },
    )

  it('is found to be all there: monitoring, process, and the targets of its labels', async () => {
    await waitUntil(
      async () => {
        const { exitCode, all } = await state.run(['system', 'check', file('firedrill.yaml')])
        return exitCode === 0 ? done(undefined) : notYet(String(all))
      },
      { what: 'the example to be up', timeoutMs: 40_000, intervalMs: 200 },
    )
    const { findings } = await state.json<{ findings: { name: string; status: string; detail: string }[] }>([
      'system',
      'check',
      file('firedrill.yaml'),
    ])
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([])
    const report = findings.map(({ name, detail }) => `${name}: ${detail}`).join('\n')
    expect(report).toContain(`pid ${await shopPid()}`)
    expect(report).toContain(`shop: {job="shop"} matches 127.0.0.1:${ports[0]}`)
    expect(report).toContain('clocks: scrape 1.00 s, rules 1.00 s, group wait 1.00 s')
  })

  it('has no alert that could never fire', async () => {
    const { exitCode, all } = await state.run(['lint', ...onShop()])
    expect(all).toContain('2 rules: nothing to find')
    expect(exitCode).toBe(0)
  })

  it('holds when the shop crashes: seen, paged, and started again by who watches over it', async () => {
    const run = await state.run(['run', file('drills/shop-crash.yaml'), ...onShop(), '--json'])
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal.reasons).toEqual([])
    expect(journal).toMatchObject({
      verdict: 'held',
      runtime: 'foreign',
      profile: 'live',
      mttdStage: 'notified',
      repairedBy: 'restart-policy',
      timing: { scrapeMs: 1_000, livenessEvaluationMs: 1_000, groupWaitMs: 1_000 },
    })
    expect(run.exitCode).toBe(0)
    const at = (name: string) => journal.stages.find((stage) => stage.name === name)?.atMs ?? null
    expect(journal.mttdMs).toBe((at('notified') ?? 0) - (at('injected') ?? 0))
    expect(['received', 'acting', 'acted'].map(at)).toEqual([null, null, null])
    expect(at('resolved')).not.toBeNull()
    expect(journal.load?.failures).toBeGreaterThan(0)
    expect(journal.series?.up).toMatchObject([{ service: 'shop', instance: `127.0.0.1:${ports[0]}` }])
    const schema = JSON.parse(await readFile(join(root, 'docs/schema/journal.schema.json'), 'utf8')) as object
    const validate = new Ajv2020({ strict: false }).compile(schema)
    expect(validate(journal) ? [] : validate.errors).toEqual([])
  })

  it('goes on when `firedrill run` is killed with -9 while the shop stands still', async () => {
    const pid = await shopPid()
    let haltedAtMs = 0
    const { reached, printed } = await state.runUntil(
      ['run', file('drills/shop-hangs.yaml'), ...onShop()],
      'injected',
      (kill) => {
        expect(isHalted(pid)).toBe(true)
        haltedAtMs = Date.now()
        kill('SIGKILL')
      },
    )
    expect(reached, printed).toBe(true)
    const again = await answers()
    // Its time is 8 s; the guardian need not wait for it.
    expect(again - haltedAtMs).toBeLessThan(8_000)
    expect(isHalted(pid)).toBe(false)
    expect(await shopPid()).toBe(pid)
  })

  it('goes on also when the guardian is killed with it', async () => {
    const pid = await shopPid()
    const { reached, printed } = await state.runUntil(
      ['run', file('drills/shop-hangs.yaml'), ...onShop()],
      'injected',
      async (kill) => {
        expect(isHalted(pid)).toBe(true)
        const [guardian] = await guardians()
        if (guardian === undefined) throw new Error('no guardian')
        signalProcess(guardian, 'SIGKILL')
        kill('SIGKILL')
      },
    )
    expect(reached, printed).toBe(true)
    await answers()
    expect(isHalted(pid)).toBe(false)
  })

  it('is rid of what was taken and harmed when run and guardian are killed with -9', async () => {
    const [listen = '', api = ''] = await freePorts(2)
    const described = await readFile(file('firedrill.yaml'), 'utf8')
    const linked = `proxy: http://127.0.0.1:${api}\nlinks: { shop-front: { listen: "127.0.0.1:${listen}", upstream: "127.0.0.1:${ports[0]}" } }\n`
    const system = file('with-links.yaml')
    await mkdir(file('data'))
    await writeFile(
      system,
      `${described.replace('    health: /health\n', '    health: /health\n    disk: data\n')}\n${linked}`,
    )
    const drill = file('drills/several.yaml')
    await writeFile(drill, SEVERAL_FAULTS)
    const proxy = spawn(process.execPath, [bin, 'system', 'proxy', system], { stdio: 'ignore' })
    const toxics = async () => {
      const answer = await fetch(`http://127.0.0.1:${api}/proxies/shop-front/toxics`)
      return ((await answer.json()) as unknown[]).length
    }
    const traffic = setInterval(() => void fetch(`http://127.0.0.1:${listen}/items`).catch(() => undefined), 50)
    try {
      await until('the link to be there', async () => (await toxics()) === 0)
      const { reached, printed } = await state.runUntil(
        ['run', drill, '--system', system],
        'injected',
        async (kill) => {
          await until('a process beside the shop', async () => (await neighbours()).length === 1)
          await until('a toxic on the link', async () => (await toxics()) === 1)
          const [guardian = 0] = await guardians()
          await until('a file without a name', async () => (await deletedFiles(guardian)).includes(file('data')))
          signalProcess(guardian, 'SIGKILL')
          kill('SIGKILL')
        },
      )
      expect(reached, printed).toBe(true)
      await until('the process beside the shop to be gone', async () => (await neighbours()).length === 0)
      await until('the toxic to be gone', async () => (await toxics()) === 0)
      await answers()
    } finally {
      clearInterval(traffic)
      const ended = once(proxy, 'exit')
      proxy.kill('SIGTERM')
      await ended
    }
  })

  it('goes on when everything is halted, and the run is aborted; so is the next one, until it is released', async () => {
    const pid = await shopPid()
    const { exitCode, printed } = await state.runUntil(
      ['run', file('drills/shop-hangs.yaml'), ...onShop()],
      'injected',
      async () => {
        expect(isHalted(pid)).toBe(true)
        const report = await state.json<HaltReport>(['halt', '--why', 'somebody else needs it'])
        expect(report).toMatchObject({ stack: 'not up', ended: [{ kind: 'run', how: 'ended' }] })
        expect(isHalted(pid)).toBe(false)
      },
    )
    expect(exitCode, printed).toBe(5)
    await answers()
    const again = await state.run(['run', file('drills/shop-hangs.yaml'), ...onShop()])
    expect(again.stderr).toContain('FD_HALTED halted: somebody else needs it')
    expect(again.exitCode).toBe(5)
    expect((await state.run(['halt', '--release'])).exitCode).toBe(0)
  })

  it('is never taken silently: the command prints the line to type', async () => {
    const { exitCode, stderr } = await execa(
      process.execPath,
      [bin, 'run', 'drills/shop-crash.yaml', '--state', state.path],
      {
        cwd: shop,
        reject: false,
        stdin: 'ignore',
      },
    )
    expect(stderr).toContain('FD_SYSTEM_NOT_NAMED')
    expect(stderr).toContain('run drills/shop-crash.yaml --system firedrill.yaml')
    expect(exitCode).toBe(2)
  })

  it('is production only for a command that names it, and for a drill that expects nothing that ends every run', async () => {
    const onProduction = ['--system', await production('  - { alert: ShopDown }')]
    const hangs = file('drills/shop-hangs.yaml')
    const refused = await state.run(['run', hangs, ...onProduction, '--environment', 'production'])
    expect(refused.stderr).toContain('it expects ShopDown{job="shop"}, and ShopDown fires ends every run')
    expect(refused.exitCode).toBe(2)
    const harmless = ['--system', await production('  - { alert: ShopFails }')]
    const unnamed = await state.run(['run', hangs, ...harmless])
    expect(unnamed.stderr).toContain('FD_ENVIRONMENT_NOT_CONFIRMED')
    const other = await state.run(['run', hangs, ...harmless, '--environment', 'staging'])
    expect(other.stderr).toContain('FD_ENVIRONMENT_OTHER')
    expect([unnamed.exitCode, other.exitCode]).toEqual([2, 2])
  })

  it('goes on as soon as what ends a run is true, long before the fault is over', async () => {
    const pid = await shopPid()
    const system = await production('  - { metric: "up{job=\\"shop\\"}", is: "== 0" }')
    const drill = await longDrill()
    const run = await state.run([...['run', drill, '--system', system, '--environment', 'production', '--json']])
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal.verdict, journal.reasons.join('; ')).toBe('aborted')
    expect(journal.reasons[0]).toContain('abortWhen: up{job="shop"} == 0')
    expect(journal.safety).toMatchObject({ environment: 'production', confirmed: 'flag', maxReplicas: 1 })
    expect(journal.faults[0]?.lifted).toMatchObject({ changed: true })
    expect(run.exitCode).toBe(5)
    expect(isHalted(pid)).toBe(false)
    await answers()
  })

  it('is not hit where another program is found than its description says', async () => {
    const pid = await shopPid()
    const system = file('another.yaml')
    const text = await readFile(file('firedrill.yaml'), 'utf8')
    await writeFile(system, text.replace('program: node', 'program: nginx'))
    const check = await state.run(['system', 'check', system])
    expect(check.all).toContain(
      `pid ${pid} is another program than the description says: its program is node, not nginx`,
    )
    const run = await state.run(['run', file('drills/shop-crash.yaml'), '--system', system, '--json'])
    const journal = JSON.parse(run.stdout) as Journal
    expect(journal.verdict).toBe('inconclusive')
    expect(journal.reasons.join('\n')).toContain('its program is node, not nginx')
    expect(await shopPid()).toBe(pid)
  })

  it('is halted as a system for runs of every state folder, until it is released', async () => {
    const other = await FiredrillFolder.create()
    try {
      const pid = await shopPid()
      const { exitCode, printed } = await other.runUntil(
        ['run', await longDrill(), ...onShop()],
        'injected',
        async () => {
          const folder = await state.run(['halt'])
          expect(folder.all).toContain('NOT HALTED: long')
          expect(folder.exitCode).toBe(6)
          expect((await state.run(['halt', '--release'])).exitCode).toBe(0)
          const halt = await state.run(['halt', '--why', 'a real incident', ...onShop()])
          expect(halt.all).toContain('ended   run long')
          expect(isHalted(pid)).toBe(false)
        },
      )
      expect(exitCode, printed).toBe(5)
      const again = await state.run(['run', file('drills/shop-hangs.yaml'), ...onShop()])
      expect(again.stderr).toContain('FD_HALTED halted: a real incident')
      expect((await state.run(['halt', '--release', ...onShop()])).all).toContain('released: a real incident')
      await answers()
    } finally {
      await other.remove()
    }
  })

  it('refuses a drill that asks for what the system has not, and says so before anything is touched', async () => {
    const wrong = file('drills/wrong.yaml')
    await writeFile(
      wrong,
      'title: Wrong\nwhy: x\nsteadyState: [{ http: shop, path: /health }]\nload: { journey: browse, users: 1, spawnRate: 1 }\nmethod: [{ at: 0s, fault: latency, target: shop }, { at: 0s, fault: kill, target: shoop }]\nexpectations: [{ action: restart, target: shop, within: 3s }]\n',
    )
    const { exitCode, stderr } = await state.run(['run', wrong, ...onShop()])
    expect(exitCode).toBe(2)
    for (const part of ['wrong.yaml:4', 'wrong.yaml:5', 'wrong.yaml:6', 'did you mean shop?', 'has no responder'])
      expect(stderr).toContain(part)
  })

  /** A drill in which the shop hangs for minutes. */
  async function longDrill(): Promise<string> {
    const text = await readFile(file('drills/shop-hangs.yaml'), 'utf8')
    await writeFile(file('drills/long.yaml'), text.replace('for: 8s', 'for: 5m').replace('within: 12s', 'within: 5m'))
    return file('drills/long.yaml')
  }

  /** The description of the shop as production, with what ends a run. */
  async function production(abortWhen: string): Promise<string> {
    const path = file('production.yaml')
    const text = await readFile(file('firedrill.yaml'), 'utf8')
    const lines = `environment: production\nabortWhen:\n${abortWhen}\nmaxDuration: 10m\nmaxReplicas: 1`
    await writeFile(path, text.replace('environment: lab', lines))
    return path
  }
})

/** Faults of every kind that a foreign system takes beside its processes, all at once. */
const SEVERAL_FAULTS = `
title: Several at once
why: All of them end by themselves.
steadyState: [{ http: shop, path: /health }]
load: none
method:
  - { at: 0s, fault: cpu, target: shop, params: { duty: "10%" }, for: 120s }
  - { at: 0s, fault: disk-fill, target: shop, params: { size: 8MiB }, for: 120s }
  - { at: 0s, fault: network-latency, target: shop-front, params: { delay: 10ms }, for: 120s }
expectations: [{ steady: true, within: 100s }]
`

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  await waitUntil(async () => ((await isSo()) ? done(undefined) : notYet('not yet')), {
    what,
    timeoutMs: 30_000,
    intervalMs: 100,
  })
}

/** Processes that hold a fault beside the shop, whichever process started them. */
async function neighbours(): Promise<number[]> {
  const lines = await Promise.all(
    allPids().map(async (one) => ({ one, line: await readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '') })),
  )
  return lines.filter(({ line }) => line.includes('"forMs":') && line.includes('workers')).map(({ one }) => one)
}

/** Paths of the files without a name that a process holds, as one text. */
async function deletedFiles(pid: number): Promise<string> {
  const names = await readdir(`/proc/${pid}/fd`)
  const links = await Promise.all(names.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return links.filter((link) => link.endsWith('(deleted)')).join('\n')
}

async function copyExample(ports: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fd-shop-'))
  const from = join(root, 'examples', 'express-shop')
  await cp(from, folder, {
    recursive: true,
    filter: (path) => !/[/](run|node_modules)([/]|$)/.test(path.slice(from.length)),
  })
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if (path.includes('node_modules')) continue
    const text = await readFile(path, 'utf8')
    // At once: a port put in may have the digits of one that is replaced.
    const replaced = text.replaceAll(new RegExp(WRITTEN.join('|'), 'g'), (port) => ports[WRITTEN.indexOf(port)] ?? port)
    await writeFile(path, replaced)
  }
  return folder
}

async function freePorts(count: number): Promise<string[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => String((server.address() as { port: number }).port))
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
