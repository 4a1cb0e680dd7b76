import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { LEASE_MS } from '../../src/faults/lease.ts'

/** A holder takes up to a second to start; a fault is then there, or beginning, or not yet. */
const KILL_WITHIN_MS = 1_500
/** Time after the end of the lease in which the target must be as before. */
const SLACK_MS = 2_000

/** A process that holds faults under a lease, and outlives the process that injects them. */
export interface HoldingTarget {
  /** Of the API that takes the faults. */
  readonly url: string
  readonly token: string
  /** What the faults are aimed at. */
  readonly service: string
  /** Names and parameters of the faults that it can hold. */
  readonly faults: readonly (readonly [string, object])[]
  /** Why the target is not as it was; `undefined` when it is. */
  unclean(): Promise<string | undefined>
}

/**
 * Lets a process hold a fault, kills it with -9 at a random moment, and waits until the target is as it was. Resolves with how
 * long that took after the kill, in milliseconds. @throws FD_WAIT_TIMEOUT when it is not in time
 */
export async function killHolder(
  target: HoldingTarget,
  random: () => number,
): Promise<{ fault: string; landed: boolean; cleanAfterMs: number }> {
  const [fault, params] = target.faults[Math.floor(random() * target.faults.length)] ?? ['latency', {}]
  const program = join(packageFolder(), 'dist', 'bench', 'faults', 'fault-holder.js')
  const args = [target.url, target.token, target.service, fault, JSON.stringify(params)]
  const holder = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let landed = false
  holder.stdout.on('data', () => {
    landed = true
  })
  // Half of them at any moment from its start, half some time after the fault has landed.
  if (random() < 0.5) await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')])
  await sleep(random() * KILL_WITHIN_MS)
  if (holder.exitCode !== null) throw new Error(`the holder of ${fault} ended by itself`)
  const exited = once(holder, 'exit')
  holder.kill('SIGKILL')
  await exited
  const killedMs = performance.now()
  await waitUntil(
    async () => {
      const state = await target.unclean()
      return state === undefined ? done(undefined) : notYet(state)
    },
    { what: `${target.service} to be free of ${fault}`, timeoutMs: LEASE_MS + SLACK_MS, intervalMs: 25 },
  )
  return { fault, landed, cleanAfterMs: performance.now() - killedMs }
}
