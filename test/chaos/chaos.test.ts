import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StackView } from '../../src/api/contract.ts'
import { seededRandom } from '../../src/base/random.ts'
import { identify, isSame, type ProcessIdentity } from '../../src/base/system/process.ts'
import { done, notYet, sleep, waitUntil } from '../../src/base/wait.ts'
import { FiredrillFolder, pidsOf, replicaOf } from '../e2e/firedrill.ts'
import { SmallDisk } from '../e2e/small-disk.ts'
import { ChaosLoad, type Places } from './chaos-load.ts'

/** Eight in CI; 100 with FIREDRILL_KILLS=100, eight minutes. FIREDRILL_SEED repeats an order. */
const KILLS = Number(process.env.FIREDRILL_KILLS ?? 8)
const SEED = Number(process.env.FIREDRILL_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** Each part in turn; the ones that hold data or others first. */
const FIRST = ['control', 'postgres-1', 'responder-1', 'store-1', 'redis-1', 'alertmanager-1']
/** One kill of this number happens on a full disk. */
const FULL_EVERY = 4
const RECOVERED_WITHIN_MS = 90_000
const DISK_MIB = 1_024

/** An ordinary user has no disk to fill but the one that everything is on. CI is root. */
const unavailable = SmallDisk.unavailable()
if (unavailable !== undefined) process.stderr.write(`NOT RUN: kills on a full disk; ${unavailable}\n`)

let disk: SmallDisk | undefined
let folder: FiredrillFolder
let view: StackView
let load: ChaosLoad | undefined
const random = seededRandom(SEED)
const worst = new Map<string, number>()

beforeAll(async () => {
  if (unavailable === undefined) disk = await SmallDisk.mount(DISK_MIB)
  folder = disk === undefined ? await FiredrillFolder.create() : FiredrillFolder.at(disk.folder)
  view = await folder.up()
})
afterAll(async () => {
  await load?.stop()
  await disk?.empty()
  await folder?.run(['down', '--purge', '--yes'])
  await disk?.remove()
})

async function places(): Promise<Places> {
  const [store, responder] = [replicaOf(view, 'store-1').url, replicaOf(view, 'responder-1').url]
  return { store, responder, webhookToken: (await folder.token('webhook')).trim() }
}

/** Nothing that is ours runs: neither those that we know nor anything that names the folder. */
function leftOver(known: readonly ProcessIdentity[]): string[] {
  const named = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid && names(pid))
  return [...known.filter(isSame).map(({ pid }) => `pid ${pid}`), ...named.map((pid) => `pid ${pid} names the folder`)]
}

function names(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder.path) ||
      readlinkSync(`/proc/${pid}/cwd`).startsWith(folder.path)
    )
  } catch {
    return false
  }
}

/** A pack of all parts and control, shuffled; a new one when it is used up. */
function* victims(): Generator<string> {
  const all = () => [
    'control',
    ...view.services.flatMap(({ replicas }) => replicas.filter(({ pid }) => pid !== undefined).map(({ id }) => id)),
  ]
  yield* shuffled(FIRST)
  while (true) yield* shuffled(all())
}

function shuffled(names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ name }) => name)
}

async function killControl(): Promise<void> {
  const known = [view.pid, ...pidsOf(view)].flatMap((pid) => identify(pid) ?? [])
  process.kill(view.pid, 'SIGKILL')
  await waitUntil(async () => (leftOver(known).length === 0 ? done(undefined) : notYet(leftOver(known).join(', '))), {
    what: 'every process to follow control',
    timeoutMs: 10_000,
    intervalMs: 100,
  })
}

async function recovered(victim: string, killed: number | undefined): Promise<void> {
  await waitUntil(
    async () => {
      view = await folder.stack()
      const ill = view.services
        .flatMap(({ replicas }) => replicas)
        .filter(({ state, id, pid }) => state !== 'healthy' || (id === victim && pid === killed))
      return ill.length === 0
        ? done(undefined)
        : notYet(ill.map(({ id, state, detail }) => `${id} ${state} ${detail ?? ''}`).join(', '))
    },
    { what: `everything to be healthy after ${victim} was killed`, timeoutMs: RECOVERED_WITHIN_MS, intervalMs: 250 },
  )
}

describe(`${KILLS} times kill -9 under load, seed ${SEED}`, () => {
  it('loses nothing that was acknowledged, leaves nothing over, and starts clean', {
    timeout: KILLS * 120_000,
  }, async () => {
    load = new ChaosLoad(await places())
    const order = victims()
    let onFullDisk = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = order.next().value as string
      await sleep(500 + random() * 1_500)
      const full = kill % FULL_EVERY === FULL_EVERY - 1 ? disk : undefined
      if (full !== undefined) {
        await full.fill()
        onFullDisk += 1
        await sleep(random() * 500)
      }
      const startedMs = performance.now()
      const { pid } = victim === 'control' ? view : replicaOf(view, victim)
      if (victim === 'control') await killControl()
      else if (pid !== undefined) process.kill(pid, 'SIGKILL')
      if (full !== undefined) {
        await sleep(1_000 + random() * 2_000)
        // What has ended has given room back.
        await full.fill()
        expect(await full.freeBytes()).toBeLessThan(2 ** 20)
        await full.empty()
      }
      if (victim === 'control') view = await folder.up()
      await recovered(victim, pid)
      load.places = await places()
      const tookMs = Math.round(performance.now() - startedMs)
      worst.set(victim, Math.max(worst.get(victim) ?? 0, tookMs))
      process.stdout.write(
        `kill ${kill + 1}: ${victim}${full === undefined ? '' : ', disk full'}, all healthy after ${tookMs} ms\n`,
      )
    }
    await load.stop()
    expect(await load.losses(folder.path)).toEqual([])
    const { items, transactions, alerts, replays } = load
    for (const acknowledged of [items.size, transactions.size, alerts.size, replays])
      expect(acknowledged).toBeGreaterThan(KILLS)
    const known = [view.pid, ...pidsOf(view)].flatMap((pid) => identify(pid) ?? [])
    expect((await folder.run(['down'])).exitCode).toBe(0)
    expect(leftOver(known)).toEqual([])
    const slowest = [...worst].sort((a, b) => b[1] - a[1]).slice(0, 3)
    process.stdout.write(
      `${KILLS} kills, ${onFullDisk} of them on a full disk, seed ${SEED}: acknowledged ${items.size} items, ${transactions.size} transactions, ` +
        `${alerts.size} incidents, lost 0; ${replays} replays right; nothing left over; slowest to recover: ` +
        `${slowest.map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`).join(', ')}\n`,
    )
  })
})
