import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { LoadResult } from '../../src/load/result/result.ts'
import { json, TestTarget } from '../../src/load/test-target.ts'
import { FiredrillFolder } from './firedrill.ts'

/** With a file beside it, which the workers must get as well; each worker keeps every duration that it has seen. */
const JOURNEY = (samples: string) => `
import { appendFileSync } from 'node:fs'
import { defineJourney, weight } from 'firedrill/load'
import { pathOf } from '../shared/paths.ts'
interface State { seen: number[] }
export default defineJourney<State>({
  summary: 'counts',
  think: '10ms..30ms',
  state: () => ({ seen: [] }),
  tasks: [
    weight(1, async function count(user) {
      const response = await user.get(pathOf(user.index))
      if (response.ok) user.state.seen.push(response.durationMs)
    }),
  ],
  onStop: (user) => { appendFileSync(${JSON.stringify(samples)}, user.state.seen.map((ms) => ms + '\\n').join('')) },
})
`
const PATHS = 'export const pathOf = (n: number): string => "/users/" + n\n'

let own: string
let samples: string
let temporary: string
let firedrill: FiredrillFolder
let target: TestTarget
const workers: ReturnType<FiredrillFolder['run']>[] = []

beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'fd-workers-'))
  samples = join(own, 'samples')
  temporary = join(own, 'tmp')
  for (const folder of ['journeys', 'shared', 'tmp']) await mkdir(join(own, folder))
  await writeFile(join(own, 'journeys', 'count.ts'), JOURNEY(samples))
  await writeFile(join(own, 'shared', 'paths.ts'), PATHS)
  firedrill = await FiredrillFolder.create()
  firedrill.env = { TMPDIR: temporary }
  target = await TestTarget.start(({ url }, response) => {
    setTimeout(() => json(response, {}), 5 + 3 * Number(url?.split('/').at(-1)))
  })
})
afterEach(async () => {
  for (const worker of workers.splice(0)) {
    worker.kill('SIGKILL')
    await worker
  }
})
afterAll(async () => {
  await target.stop()
  await firedrill.remove()
  await rm(own, { recursive: true })
})

/** Starts a worker. Resolves with where it listens, as it prints it. */
async function startWorker(...args: string[]): Promise<string> {
  const worker = firedrill.run(['load', 'worker', '--listen', '127.0.0.1:0', ...args])
  workers.push(worker)
  return new Promise((resolve, reject) => {
    let printed = ''
    worker.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const place = /listens at (\S+)\n/.exec(printed)?.[1]
      if (place !== undefined) resolve(place)
    })
    void worker.then(({ stderr }) => reject(new Error(`the worker ended: ${String(stderr)}`)))
  })
}

const load = (places: readonly string[], ...args: string[]) => [
  ...['load', target.url, '--journey', join(own, 'journeys', 'count.ts'), '--users', '8', '--spawn-rate', '100'],
  ...['--workers', places.join(','), ...args],
]

describe('firedrill load with workers', () => {
  it('is one load: the users are shared out, and the percentiles are those of all samples', async () => {
    const places = [await startWorker(), await startWorker('--threads', '2')]
    const out = join(own, 'first')
    const { stdout, stderr } = await firedrill.run(load(places, '--duration', '4s', '--out', out, '--json'))
    const result = JSON.parse(String(stdout)) as LoadResult
    const { total, setting, workers: rows = [] } = result
    expect(stderr).toContain(`load ${join(own, 'journeys', 'count.ts')}`)
    expect(setting.threads).toBe(3)
    expect(rows.map(({ name, threads, lost }) => ({ name, threads, lost }))).toEqual([
      { name: places[0], threads: 1, lost: null },
      { name: places[1], threads: 2, lost: null },
    ])
    expect(new Set(target.seen).size).toBe(8)
    expect(Math.max(...result.history.map(({ users }) => users))).toBe(8)
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(total.requests)
    const raw = (await readFile(samples, 'utf8')).trim().split('\n').map(Number)
    raw.sort((a, b) => a - b)
    expect(raw.length).toBe(total.requests - total.failures)
    const p99 = raw[Math.ceil(raw.length * 0.99) - 1] ?? Number.NaN
    expect(Math.abs((total.latencyMs?.p99 ?? Number.NaN) - p99) / p99).toBeLessThanOrEqual(1 / 512)
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<h2>Workers</h2>')
  })

  it('proves nothing when a worker is killed, says so, and leaves the other one free', async () => {
    const places = [await startWorker(), await startWorker()]
    const { exitCode, printed } = await firedrill.runUntil(load(places, '--duration', '5m'), '0:05', () => {
      workers[0]?.kill('SIGKILL')
    })
    const journeys = async () => (await readdir(temporary)).filter((name) => name.startsWith('firedrill-journey-'))
    expect(await journeys()).toContainEqual(expect.stringContaining(`-${workers[0]?.pid}-`))
    expect(printed).toContain(`worker ${places[0]} was lost: `)
    expect(exitCode).toBe(4)
    const again = await firedrill.run(load(places.slice(1), '--duration', '1s', '--json'))
    expect((JSON.parse(String(again.stdout)) as LoadResult).total.requests).toBeGreaterThan(0)
    // The next journey that is unpacked sweeps up what the killed worker has left.
    await waitUntil(
      async () => ((await journeys()).length === 0 ? done(undefined) : notYet((await journeys()).join())),
      {
        what: 'no journey to be left',
        timeoutMs: 30_000,
        intervalMs: 100,
      },
    )
  })

  it.each([
    ['with another token', 'FD_LOAD_WORKER_TOKEN', { FIREDRILL_WORKER_TOKEN: 'another-token-of-a-test' }, 2],
    ['with a token that can be guessed', 'FD_LOAD_WORKER_TOKEN', { FIREDRILL_WORKER_TOKEN: 'short' }, 2],
  ])('is refused %s', async (_, code, env, exit) => {
    const place = await startWorker()
    const { exitCode, stderr } = await firedrill.run(load([place]), { env })
    expect(stderr).toContain(code)
    expect(exitCode).toBe(exit)
  })

  it('is refused when nobody listens, and when a journey needs what no worker has', async () => {
    const nobody = await firedrill.run(load(['127.0.0.1:1']))
    expect(nobody.stderr).toContain('FD_LOAD_WORKER_UNREACHABLE 127.0.0.1:1: the worker does not answer')
    const journey = join(own, 'data.mjs')
    await writeFile(join(own, 'data.json'), '{}')
    await writeFile(
      journey,
      `import { readFileSync } from 'node:fs'
readFileSync(new URL('./data.json', import.meta.url))
export default { summary: '', tasks: [{ weight: 1, task: () => undefined }] }
`,
    )
    const place = await startWorker()
    const { exitCode, stderr } = await firedrill.run(['load', target.url, '--journey', journey, '--workers', place])
    expect(stderr).toMatch(/FD_LOAD_JOURNEY data\.mjs.*worker .*: the module cannot be loaded: ENOENT/s)
    expect(exitCode).toBe(2)
  })
})
