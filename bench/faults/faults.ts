import { parseArgs } from 'node:util'
import { request } from 'undici'
import { messageOf } from '../../src/base/errors.ts'
import { seededRandom } from '../../src/base/random.ts'
import { isHalted } from '../../src/base/system/process.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { isHealthy } from '../../src/cli/tables/stack-table.ts'
import { compare, measure } from '../measuring/checks.ts'
import { type Distribution, distribution } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { print } from '../measuring/print.ts'
import { type BenchStack, startStack, urlOf } from '../measuring/stack.ts'
import { FaultTarget } from './fault-target.ts'
import { killInject, killRun } from './kill-cli.ts'
import { type HoldingTarget, killHolder } from './kill-holder.ts'
import { LinkTarget } from './link-target.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    control: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
})
const rounds = Number(values.rounds)
const random = seededRandom(Number(values.seed))
const FOR_MS = 2_000
const TARGETS = 4
const CPU_SECONDS = 10
const failures: string[] = []

/** Runs `work` and records how it failed. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const state = (error as { details?: { given?: string } }).details?.given
    failures.push(`${what}: ${messageOf(error)}${state === undefined ? '' : ` (${state})`}`)
    return undefined
  }
}

/** The process that injects is killed, the targets live on: their leases must end every fault. */
async function killHolders(
  what: string,
  targets: readonly (HoldingTarget & { stop(): Promise<void> })[],
): Promise<{ rounds: number; clean: number; landed: number; cleanAfterMs: Distribution }> {
  const clean: number[] = []
  let landed = 0
  await Promise.all(
    targets.map(async (target, index) => {
      for (let round = index; round < rounds; round += targets.length) {
        const result = await attempt(`${what} ${round}`, () => killHolder(target, random))
        if (result !== undefined) clean.push(result.cleanAfterMs)
        if (result?.landed === true) landed++
      }
    }),
  )
  await Promise.all(targets.map((target) => target.stop()))
  print(`${what.padEnd(16)}${clean.length} of ${rounds} clean in time; ${landed} had landed; ms after the kill:`)
  const cleanAfterMs = distribution(clean)
  print(`                ${JSON.stringify(cleanAfterMs)}`)
  return { rounds, clean: clean.length, landed, cleanAfterMs }
}

/** A number of targets of each kind: the holders take their time to start, the targets need little. */
const several = <T>(start: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: TARGETS }, start))

/** The command line is killed, every fourth time in the middle of a drill: control ends the fault when its time is over. */
async function killCli(stack: BenchStack): Promise<{ rounds: number; clean: number; injected: number }> {
  const wanted = [
    ['pause', 'store'],
    ['pause', 'postgres'],
    ['stop', 'redis'],
    ['kill', 'worker'],
    ['latency', 'store'],
    ['memory', 'quotes'],
    ['event-loop-block', 'worker'],
    ['not-ready', 'quotes'],
    ['network-latency', 'postgres'],
    ['network-down', 'redis'],
  ] as const
  let clean = 0
  for (let round = 0; round < rounds; round++) {
    const [fault, target] = wanted[Math.floor(random() * wanted.length)] ?? ['pause', 'store']
    const [command, kill] = round % 4 === 0 ? (['run', killRun] as const) : (['inject', killInject] as const)
    await kill({ folder: stack.folder.path, fault, target, forMs: FOR_MS, random })
    const result = await attempt(`${command} ${round}, ${fault} ${target}`, () => untilClean(stack))
    if (result !== undefined) clean++
  }
  const injected = await injections(stack)
  print(`CLI killed      ${clean} of ${rounds} clean within the fault's time and 2 s; ${injected} had injected`)
  return { rounds, clean, injected }
}

/** How many faults control has injected so far. */
async function injections({ view }: BenchStack): Promise<number> {
  const text = await (await request(`${view.url}/metrics`)).body.text()
  return [...text.matchAll(/^firedrill_faults_injected_total\{.*\} (\d+)$/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )
}

async function untilClean({ control }: BenchStack): Promise<true> {
  return waitUntil(
    async () => {
      const [view, active] = [await control.stack(), await control.faults()]
      if (active.length > 0) return notYet(`active: ${active.map(({ fault }) => fault).join(', ')}`)
      const halted = view.services.flatMap(({ replicas }) =>
        replicas.filter(({ pid }) => pid !== undefined && isHalted(pid)),
      )
      if (halted.length > 0) return notYet(`halted: ${halted.map(({ id }) => id).join(', ')}`)
      return isHealthy(view) ? done(true) : notYet('a part is not healthy')
    },
    { what: 'the stack to be clean', timeoutMs: FOR_MS + 2_000, intervalMs: 50 },
  )
}

/** Control is killed in the middle of faults: nothing of the stack survives, and the next one is clean. */
async function killControl(
  stack: BenchStack,
  times: number,
): Promise<{ stack: BenchStack; figures: { rounds: number; clean: number } }> {
  let current = stack
  let clean = 0
  for (let round = 0; round < times; round++) {
    const { control, folder } = current
    const view = await control.stack()
    const pids = view.services.flatMap(({ replicas }) => replicas.flatMap(({ pid }) => pid ?? []))
    const wanted = [
      { fault: 'pause', service: 'postgres' },
      { fault: 'latency', service: 'store' },
      { fault: 'disk-fill', service: 'quotes' },
      { fault: 'pause', service: 'worker' },
    ].map((one) => control.inject({ ...one, forMs: 60_000 }).catch(() => undefined))
    await sleep(random() * 1_000)
    process.kill(view.pid, 'SIGKILL')
    await Promise.all(wanted)
    const gone = await attempt(`control ${round}`, () =>
      waitUntil(
        async () => {
          const left = pids.filter(isAlive)
          return left.length === 0 ? done(true) : notYet(`still there: ${left.join(', ')}`)
        },
        { what: 'all processes to be gone', timeoutMs: 4_000, intervalMs: 25 },
      ),
    )
    current = await startStack('lab', folder.path)
    const again = await attempt(`control ${round}, up again`, () => untilClean(current))
    if (gone !== undefined && again !== undefined) clean++
  }
  print(`control killed  ${clean} of ${times}: no process left within 4 s, and the next start clean`)
  return { stack: current, figures: { rounds: times, clean } }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** What a CPU fault of one worker at 50 % burns, by the service's own metrics. */
async function measureCpu({ control, view }: BenchStack): Promise<{ coresAsked: number; cores: number }> {
  const url = `${urlOf(view, 'store')}/metrics`
  const seconds = async () => {
    const text = await (await request(url)).body.text()
    return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1])
  }
  const over = async () => {
    // The service collects its process metrics once a second.
    await sleep(1_500)
    const [before, startedMs] = [await seconds(), performance.now()]
    await sleep(CPU_SECONDS * 1_000)
    return ((await seconds()) - before) / ((performance.now() - startedMs) / 1_000)
  }
  const idle = await over()
  const fault = await control.inject({
    fault: 'cpu',
    service: 'store',
    params: { workers: 1, duty: '50%' },
    forMs: 60_000,
  })
  const busy = await over()
  await control.lift(fault.id)
  const cores = Math.round((busy - idle) * 1_000) / 1_000
  print(`cpu 1 × 50 %    ${(cores * 100).toFixed(1)} % of a core`)
  return { coresAsked: 0.5, cores }
}

const holders = await killHolders('holder killed', await several(FaultTarget.start))
const links = await killHolders('client killed', await several(LinkTarget.start))
let stack = await startStack('lab')
const cli = await killCli(stack)
const cpu = await measureCpu(stack)
const controls = await killControl(stack, Number(values.control))
stack = controls.stack
await stack.stop()
for (const failure of failures) print(`FAILED ${failure}`)
const unclean = (what: string, figures: { rounds: number; clean: number }) =>
  measure({ what: `${what}, not clean in time`, ours: figures.rounds - figures.clean, atMost: 0 })
const checks = [
  unclean('holder killed', holders),
  unclean('client killed', links),
  unclean('CLI killed', cli),
  unclean('control killed', controls.figures),
  compare({
    ...{ what: 'CPU burnt by a cpu fault', unit: 'cores', ours: cpu.cores },
    ...{ peerName: 'asked for', peer: cpu.coresAsked, atLeast: 0.9, atMost: 1.1 },
  }),
  measure({ what: 'failures', ours: failures.length, atMost: 0 }),
]
await finish('faults', checks, { holders, links, cli, control: controls.figures, cpu, failures })
