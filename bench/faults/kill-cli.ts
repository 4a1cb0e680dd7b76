import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { sleep } from '../../src/base/wait.ts'

/** By then a drill run has passed its gate, started its load, injected its fault, and had it for most of its time. */
const RUN_WITHIN_MS = 6_000

/** Starts `firedrill`, kills it with -9 after `afterMs`, and resolves when it has ended. */
async function killFiredrill(args: readonly string[], afterMs: number): Promise<void> {
  const cli = spawn(process.execPath, [join(packageFolder(), 'bin', 'firedrill.js'), ...args], { stdio: 'ignore' })
  const exited = once(cli, 'exit')
  await sleep(afterMs)
  cli.kill('SIGKILL')
  await exited
}

export interface CliVictim {
  /** State folder of the stack that is up. */
  folder: string
  fault: string
  target: string
  /** How long the fault is to last, in milliseconds. */
  forMs: number
  random: () => number
}

/** `firedrill fault inject --wait` is killed somewhere between its start and the end of its fault. */
export async function killInject({ folder, fault, target, forMs, random }: CliVictim): Promise<void> {
  const args = ['fault', 'inject', fault, '--target', target, '--for', `${forMs}ms`, '--wait', '--state', folder]
  await killFiredrill(args, random() * forMs)
}

/** `firedrill run` is killed somewhere in the middle of a drill. */
export async function killRun({ folder, fault, target, forMs, random }: CliVictim): Promise<void> {
  const own = await mkdtemp(join(tmpdir(), 'fd-kill-run-'))
  const file = join(own, 'kill-run.yaml')
  const drill = {
    title: 'A drill that is killed before its end',
    why: 'The process that runs it is killed.',
    steadyState: [{ http: 'store', path: '/ready' }],
    load: { journey: 'browse', users: 2, spawnRate: 2 },
    method: [{ at: '0s', fault, target, for: `${forMs}ms` }],
    expectations: [{ steady: true, within: '30s' }],
  }
  await writeFile(file, JSON.stringify(drill))
  await killFiredrill(['run', file, '--state', folder], random() * RUN_WITHIN_MS)
  await rm(own, { recursive: true })
}
