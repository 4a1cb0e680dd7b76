/**
 * The responder under a storm. Four things are measured, each on a fresh process with the real log on disk:
 *
 * - `decision`: from the sending of one webhook to the arrival of its action at control, with nothing else going on, beside the answer
 *   of a bare receiver to one webhook;
 * - `groups`: deliveries as Alertmanager makes them: a group of 1 to 100 alerts is sent as a whole each time one of them is new;
 * - `floor`: the same deliveries to a bare Fastify that flushes as often and reads nothing: what 64 at once cost on any machine;
 * - `fresh`: the same number of deliveries in which no alert was ever seen before: half a million incidents.
 *
 * Then kill -9, again and again under the storm: the log must parse, and hold every alert of every delivery that was answered.
 *
 *   npm run bench:responder -- [--deliveries 10000] [--kills 100] [--profile FOLDER]
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../../src/base/files/package-folder.ts'
import { seededRandom } from '../../src/base/random.ts'
import { sleep } from '../../src/base/wait.ts'
import { compare, measure } from '../measuring/checks.ts'
import { distribution, tenth } from '../measuring/distribution.ts'
import { finish } from '../measuring/finish.ts'
import { print } from '../measuring/print.ts'
import { stormDelivery } from './storm-alerts.ts'
import { lostOf } from './storm-log.ts'
import { StormedResponder } from './stormed-responder.ts'

const AT_ONCE = 64
const GROUPS = 200
const PROBES = 30
/** Medians to those of the bare receiver in the same run: of an answer under the storm; of a decision, to one answer at a time. */
const LIMITS = { timesFloor: 3, decisionTimesBare: 10 }

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '10000' },
    kills: { type: 'string', default: '100' },
    profile: { type: 'string' },
    only: { type: 'string' },
  },
})
const bin = join(packageFolder(), 'bin', 'firedrill.js')
const wanted = Number(values.deliveries)
const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]

/** Returns the alerts of the next delivery, by number. */
type Deliveries = () => number[]

/** Deliveries of 1 to 100 alerts, all of them new. */
function freshOnes(random: () => number): Deliveries {
  let next = 0
  return () => Array.from({ length: 1 + Math.floor(random() * 100) }, () => next++)
}

/** Groups of 1 to 100 alerts in turn; each time, a new alert has replaced the oldest one of the group. */
function groups(random: () => number): Deliveries {
  let next = 0
  let turn = 0
  const all = Array.from({ length: GROUPS }, () => Array.from({ length: 1 + Math.floor(random() * 100) }, () => next++))
  return () => {
    const group = all[turn++ % GROUPS] ?? []
    group.shift()
    group.push(next++)
    return [...group]
  }
}

interface Storm {
  tookMs: number[]
  alerts: number
  /** Of all deliveries that were answered. */
  answered: Set<number>
  unanswered: number
}

/** Delivers `AT_ONCE` at a time while `more` returns true. The next delivery is ready before the last one is answered. */
async function storm(responder: StormedResponder, deliveries: Deliveries, more: () => boolean): Promise<Storm> {
  const result: Storm = { tookMs: [], alerts: 0, answered: new Set(), unanswered: 0 }
  const work = async () => {
    while (more()) {
      const numbers = deliveries()
      const body = stormDelivery(numbers)
      const sinceMs = performance.now()
      const ok = await responder.deliver(body)
      result.tookMs.push(performance.now() - sinceMs)
      if (!ok) {
        result.unanswered++
        await sleep(1)
        continue
      }
      result.alerts += numbers.length
      for (const number of numbers) result.answered.add(number)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return result
}

/** From the sending of a webhook about a dead store to its action, one after the other. */
async function decisions(responder: StormedResponder, probes: number): Promise<number[]> {
  const took: number[] = []
  for (let probe = 0; probe < probes; probe++) {
    const labels = { alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' }
    const alerts = [{ status: 'firing', labels, startsAt: new Date().toISOString() }]
    const before = responder.restarts.length
    const sinceMs = performance.now()
    await responder.deliver(JSON.stringify({ groupKey: 'probe', alerts }))
    while (responder.restarts.length === before) await sleep(1)
    took.push((responder.restarts[before]?.atMs ?? Number.NaN) - sinceMs)
    // Until its verification is over, the next one would join it.
    await sleep(300)
  }
  return took
}

/** Decisions, and answers of a bare receiver to one delivery at a time. */
async function measureDecisions() {
  const responder = await StormedResponder.create(bin)
  const bare = await StormedResponder.create(bin)
  try {
    await responder.start(AT_ONCE)
    const decisionMs = distribution(await decisions(responder, PROBES))
    await bare.start(AT_ONCE, bareReceiver(bare))
    const tookMs: number[] = []
    for (let probe = 0; probe < PROBES; probe++) {
      const sinceMs = performance.now()
      await bare.deliver(stormDelivery([probe]))
      tookMs.push(performance.now() - sinceMs)
      await sleep(300)
    }
    return { decisionMs, bareAnswerMs: distribution(tookMs) }
  } finally {
    await Promise.all([responder.remove(), bare.remove()])
  }
}

function bareReceiver({ log }: StormedResponder): string[] {
  return [join(packageFolder(), 'dist', 'bench', 'responder', 'bare-receiver.js'), log]
}

async function measureStorm(kind: string, deliveries: Deliveries) {
  const responder = await StormedResponder.create(bin, profiling)
  try {
    await responder.start(AT_ONCE)
    let sent = 0
    const cpuBefore = await responder.cpuSeconds()
    const sinceMs = performance.now()
    const { tookMs, alerts, answered, unanswered } = await storm(responder, deliveries, () => sent++ < wanted)
    const seconds = tenth((performance.now() - sinceMs) / 1_000)
    const cpuMs = 1_000 * ((await responder.cpuSeconds()) - cpuBefore)
    const cpuMsPerDelivery = Math.round((cpuMs / tookMs.length) * 1_000) / 1_000
    if (values.profile === undefined) await responder.kill()
    else await responder.stop()
    const lost = unanswered + (await lostOf(responder.log, answered))
    const answerMs = distribution(tookMs)
    const perSecond = { deliveries: Math.round(tookMs.length / seconds), alerts: Math.round(alerts / seconds) }
    print(
      `${kind}: ${tookMs.length} deliveries of ${alerts} alerts in ${seconds} s, ${JSON.stringify(perSecond)} a second`,
    )
    print(`  answer ${JSON.stringify(answerMs)} ms, ${cpuMsPerDelivery} ms of CPU time each, lost ${lost}`)
    return {
      deliveries: tookMs.length,
      alerts,
      distinct: answered.size,
      atOnce: AT_ONCE,
      seconds,
      perSecond,
      answerMs,
      cpuMsPerDelivery,
      lost,
    }
  } finally {
    await responder.remove()
  }
}

/** Right before the groups, so that both find the machine in the same state. */
async function measureFloor() {
  const bare = await StormedResponder.create(bin)
  try {
    await bare.start(AT_ONCE, bareReceiver(bare))
    let sent = 0
    const { tookMs } = await storm(bare, groups(seededRandom(1)), () => sent++ < wanted)
    const answerMs = distribution(tookMs)
    print(`floor: answer ${JSON.stringify(answerMs)} ms`)
    return answerMs
  } finally {
    await bare.remove()
  }
}

async function measureKills(kills: number) {
  const responder = await StormedResponder.create(bin)
  const deliveries = groups(seededRandom(3))
  let answered = 0
  let lost = 0
  try {
    for (let kill = 0; kill < kills; kill++) {
      await responder.start(AT_ONCE)
      let more = true
      const storming = storm(responder, deliveries, () => more)
      await sleep(100 + Math.random() * 200)
      more = false
      await responder.kill()
      const acknowledged = (await storming).answered
      answered += acknowledged.size
      lost += await lostOf(responder.log, acknowledged)
    }
    return { kills, answered, lost }
  } finally {
    await responder.remove()
  }
}

const runs = (part: string) => values.only === undefined || values.only === part
const decision = runs('decision') ? await measureDecisions() : undefined
print(`webhook to action: ${JSON.stringify(decision)} ms`)
const floor = runs('groups') ? await measureFloor() : undefined
const grouped = runs('groups') ? await measureStorm('groups', groups(seededRandom(1))) : undefined
const fresh = runs('fresh') ? await measureStorm('fresh', freshOnes(seededRandom(2))) : undefined
const kills = runs('kills') ? await measureKills(Number(values.kills)) : undefined
print(`kills: ${JSON.stringify(kills)}`)

if (decision !== undefined && floor !== undefined && grouped && fresh && kills && values.profile === undefined) {
  const checks = [
    compare({
      ...{ what: 'webhook to action', unit: 'ms', ours: decision.decisionMs.median },
      ...{ peerName: 'bare receiver', peer: decision.bareAnswerMs.median, atMost: LIMITS.decisionTimesBare },
    }),
    compare({
      ...{ what: 'answer under a storm', unit: 'ms', ours: grouped.answerMs.median },
      ...{ peerName: 'bare receiver', peer: floor.median, atMost: LIMITS.timesFloor },
    }),
    measure({ what: 'alerts lost', ours: grouped.lost + fresh.lost + kills.lost, atMost: 0 }),
  ]
  await finish('responder', checks, { ...decision, floorMs: floor, groups: grouped, fresh, kills })
}
