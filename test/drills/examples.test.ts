import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentView, StackView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { bin, root } from '../e2e/firedrill.ts'
import { examplesOf } from '../examples/shell-examples.ts'

/** What is not typed here, and why. Everything else in the blocks of these texts is. */
const NOT_HERE: readonly [RegExp, string][] = [
  [/^(git|npm|cd|export|ln|docker) /, 'the clone is there, and `firedrill` is on the path'],
  [/--follow| -f$|firedrill open/, 'it stays until Ctrl-C'],
  [/run all|--repeat 10|baseline check/, 'it takes an hour, or runs that this stack does not have'],
  [/checkout\.ts|compare|old\.json|my-slos|[A-Z]{4,}\b(?!_)(?<!Authorization)/, 'the reader puts something in'],
  [/load worker|--workers|--context lab/, 'it needs other machines'],
  [/every-nth/, 'the reader writes it first: test/examples'],
]
const TEXTS = ['README.md', 'docs/reports.md', 'docs/coverage.md', 'docs/slos.md', 'docs/load.md', 'docs/halt.md']
/** A command that did its work may find that the system deviates, that runs are few, or that coverage is below what is asked. */
const DONE = (['ok', 'deviated', 'inconclusive'] as const).map((name) => exitCodes[name].code as number)

/** As one types them in any folder, where `firedrill` is a link on the path and the stack is of this folder. */
describe('the commands that README and docs show', () => {
  let home: string
  let folder: string
  const shell = (line: string) =>
    execa('sh', ['-c', line], {
      cwd: folder,
      env: { PATH: `${join(home, 'bin')}:${process.env.PATH}` },
      reject: false,
      stdin: 'ignore',
      all: true,
      // What stays until Ctrl-C has no place here.
      timeout: 180_000,
    })
  const stack = async () => JSON.parse((await shell('firedrill status --json')).stdout) as StackView

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fd-examples-'))
    folder = join(home, 'My Projects ü')
    await mkdir(folder)
    await mkdir(join(home, 'bin'))
    await symlink(bin, join(home, 'bin', 'firedrill'))
    const up = await shell('firedrill up --detach')
    expect(up.exitCode, up.all).toBe(0)
    // A command that is printed can be typed, and works here.
    expect(up.all).toMatch(/^ {2}firedrill run store-crash$/m)
    // What README and docs show of journals, coverage and reports is of runs.
    await shell('firedrill run store-crash')
  }, 300_000)
  afterAll(async () => {
    await shell('firedrill down --purge')
    await rm(home, { recursive: true, force: true })
  }, 60_000)

  it('end well, one after the other', async () => {
    const wrong: string[] = []
    let typed = 0
    for (const file of TEXTS) {
      const text = await readFile(join(root, file), 'utf8')
      for (const { line, where } of examplesOf(file, text, { blocksOnly: true })) {
        if (NOT_HERE.some(([pattern]) => pattern.test(line.trim()))) continue
        typed += 1
        // Ports that were taken are others.
        const { exitCode, all } = await shell(await withPorts(line))
        if (!DONE.includes(exitCode ?? -1)) wrong.push(`${where} ${line}\n${all}`)
        if (/firedrill halt/.test(line)) await shell('firedrill halt --release')
        if (/maintenance on/.test(line)) await shell('firedrill maintenance off')
        if (/fault inject/.test(line)) await shell('firedrill fault clear')
      }
    }
    expect(wrong).toEqual([])
    expect(typed).toBeGreaterThanOrEqual(15)
  }, 900_000)

  it('keep a part stopped by hand, as docs/responder.md says', async () => {
    await shell('firedrill maintenance on --for 10m')
    const stopped = await shell('firedrill fault inject stop --target store --for 10m')
    expect(stopped.exitCode, stopped.all).toBe(0)
    // The responder has received the alert, and does not act.
    await waitUntil(
      async () => {
        const incidents = JSON.parse((await shell('firedrill incidents --open --json')).stdout) as IncidentView[]
        const waits = incidents.some(({ alertname, status }) => alertname === 'ServiceDown' && status === 'waiting')
        return waits
          ? done(undefined)
          : notYet(JSON.stringify(incidents.map(({ alertname, status }) => [alertname, status])))
      },
      { what: 'an incident that waits', timeoutMs: 30_000, intervalMs: 500 },
    )
    expect((await stack()).services.find(({ name }) => name === 'store')?.replicas[0]?.state).toBe('stopped')
    await shell('firedrill fault clear')
    await shell('firedrill maintenance off')
  }, 120_000)

  it('write a drill that holds as it is, and the one that docs/drill-files.md explains holds too', async () => {
    expect((await shell('firedrill drill new first-one')).exitCode).toBe(0)
    const first = await shell('firedrill run drills/first-one.yaml')
    expect(first.exitCode, first.all).toBe(0)
    const docs = await readFile(join(root, 'docs/drill-files.md'), 'utf8')
    const yaml = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(docs)?.[1] ?? ''
    await execa('tee', ['explained.yaml'], { cwd: folder, input: yaml })
    const explained = await shell('firedrill run explained.yaml')
    expect(explained.exitCode, explained.all).toBe(0)
  }, 300_000)

  async function withPorts(line: string): Promise<string> {
    const usual: Readonly<Record<string, string>> = { '5001': 'responder', '8000': 'store', '8001': 'quotes' }
    const { services } = await stack()
    return line.replaceAll(/127\.0\.0\.1:(\d+)/g, (all, port: string) => {
      const address = services.find(({ name }) => name === usual[port])?.replicas[0]?.address
      return address === undefined ? all : `${address.host}:${address.port}`
    })
  }
})
