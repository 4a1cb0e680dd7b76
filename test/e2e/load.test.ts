import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoadResult } from '../../src/load/result/result.ts'
import { json, TestTarget } from '../../src/load/test-target.ts'
import { FiredrillFolder } from './firedrill.ts'

/** In TypeScript, in a folder that knows nothing of this package. */
const JOURNEY = `
import { defineJourney, weight, type User } from 'firedrill/load'
interface State { count: number }
export default defineJourney<State>({
  summary: 'counts',
  think: '5ms..10ms',
  state: () => ({ count: 0 }),
  tasks: [
    weight(1, async function count(user: User<State>) {
      user.state.count += 1
      const response = await user.get('/numbers/:n', { params: { n: user.state.count } })
      user.check(response, 'comes back', (r) => r.json<{ n: number }>()?.n === user.state.count)
    }),
  ],
})
`

let own: string
let firedrill: FiredrillFolder
let target: TestTarget
beforeAll(async () => {
  own = await mkdtemp(join(tmpdir(), 'fd-load-'))
  await writeFile(join(own, 'count.ts'), JOURNEY)
  firedrill = await FiredrillFolder.create()
  target = await TestTarget.start(({ url }, response) => json(response, { n: Number(url?.split('/').at(-1)) }))
})
afterAll(async () => {
  await target.stop()
  await firedrill.remove()
  await rm(own, { recursive: true })
})

const load = (...args: string[]) => [
  'load',
  target.url,
  '--journey',
  join(own, 'count.ts'),
  '--users',
  '8',
  '--spawn-rate',
  '100',
  ...args,
]

describe('firedrill load', () => {
  it("runs one's own journey on several threads, and writes a report", async () => {
    const out = join(own, 'first')
    const { exitCode, stdout } = await firedrill.run(
      load('--duration', '3s', '--workers', '2', '--threshold', 'errors<1%', '--out', out, '--json'),
    )
    const result = JSON.parse(String(stdout)) as LoadResult
    expect(result.reasons).toEqual([])
    expect(exitCode).toBe(0)
    expect(result.endpoints.map(({ name }) => name)).toEqual(['GET /numbers/:n'])
    expect(result.checks['comes back']).toEqual({ passed: result.total.requests, failed: 0 })
    expect(result.total.requests).toBeGreaterThan(200)
    expect(Math.max(...result.history.map(({ users }) => users))).toBe(8)
    expect(JSON.parse(await readFile(join(out, 'result.json'), 'utf8'))).toEqual(result)
    expect(await readFile(join(out, 'report.html'), 'utf8')).toContain('<svg')
    expect(await readFile(join(out, 'history.csv'), 'utf8')).toMatch(/^second,endpoint,/)
  })

  it('fails on a threshold that is not met, and compares two runs', async () => {
    const out = join(own, 'second')
    const { exitCode, stdout } = await firedrill.run(
      load('--duration', '2s', '--threshold', 'p50<0.001ms', '--out', out),
    )
    expect(exitCode).toBe(3)
    expect(stdout).toContain('✘ p50<0.001ms')
    const compared = await firedrill.run(['load', 'compare', join(own, 'first'), out])
    expect(compared.exitCode).toBe(0)
    expect(compared.stdout).toMatch(/^GET \/numbers\/:n +p95 /m)
  })

  it('ends with a report when it is interrupted', async () => {
    const out = join(own, 'third')
    const { exitCode, printed } = await firedrill.runUntil(load('--duration', '5m', '--out', out), '0:05', (kill) =>
      kill('SIGINT'),
    )
    expect(exitCode).toBe(5)
    expect(printed).toContain('stopped by SIGINT')
    const result = JSON.parse(await readFile(join(out, 'result.json'), 'utf8')) as LoadResult
    expect(result.outcome).toBe('stopped')
    expect(result.total.failures).toBe(0)
  })

  it.each([
    ['a target that is not on this machine', ['load', 'http://192.0.2.1'], 'FD_LOAD_REMOTE'],
    ['a journey that does not exist', ['load', 'http://127.0.0.1:1', '--journey', 'brows'], 'did you mean browse?'],
    [
      'all mistakes at once',
      ['load', 'http://127.0.0.1:1', '--users', '0', '--duration', 'x'],
      '--duration is a duration',
    ],
    ['thresholds it cannot read', ['load', 'http://127.0.0.1:1', '--threshold', 'p95=1'], 'FD_LOAD_THRESHOLD'],
  ])('refuses %s', async (_, args, text) => {
    const { exitCode, stderr } = await firedrill.run(args)
    expect(stderr).toContain(text)
    expect(exitCode).toBe(2)
  })

  it.each([
    ['syntax.ts', 'export default {\n  tasks: ]\n}\n', '2:10: Expression expected'],
    ['enum.ts', 'enum Kind { a }\nexport default {}\n', '1:1: TypeScript enum'],
    [
      'syntax.mjs',
      'export default {\n  tasks: ]\n}\n',
      "syntax.mjs:2:10: the module cannot be loaded: Unexpected token ']'",
    ],
    ['missing.mjs', "import 'no-such-package-of-anybody'\n", 'no-such-package-of-anybody'],
    [
      'throws.mjs',
      "export default 1\nthrow new Error('at once')\n",
      'throws.mjs:2:7: the module cannot be loaded: at once',
    ],
    ['throws-a-text.mjs', "throw 'a text'\n", 'the module cannot be loaded: a text'],
    [
      'bare.mjs',
      'export default { summary: "", tasks: [async (user) => user.get("/")] }\n',
      'tasks[0] is a bare function',
    ],
  ])('refuses a journey that cannot be read, with the place where it is known: %s', async (name, text, message) => {
    const path = join(own, name)
    await writeFile(path, text)
    const { exitCode, stderr } = await firedrill.run(['load', target.url, '--journey', path])
    expect(stderr).toContain(message)
    expect(stderr).toContain(path)
    expect(exitCode).toBe(2)
  })
})
