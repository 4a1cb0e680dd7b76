/**
 * The responder under a storm. Four things are measured, each on a fresh process with the real log on disk:
 *
 * - `decision`: from the sending of one webhook to the arrival of its action at control, nothing else going on, and under the storm;
 * - `groups`: deliveries as Alertmanager makes them: a group of 1 to 100 alerts is sent as a whole each time one of them is new;
 * - `floor`: the same deliveries to a bare Fastify that flushes as often and reads nothing: what 64 at once cost on this machine anyway.
 * - `fresh`: the same number of deliveries in which no alert was ever seen before: half a million incidents.
 *
 * Then kill -9, again and again under the storm: the log must parse, and hold every alert of every delivery that was answered.
 *
 *   npm run bench:responder -- [--deliveries 10000] [--kills 100] [--profile FOLDER]
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageFolder } from '../src/base/files/package-folder.ts'
import { seededRandom } from '../src/base/random.ts'
import { sleep } from '../src/base/wait.ts'
import { distribution, saveResults, say, tenth } from './results.ts'
import { stormDelivery } from './storm-alerts.ts'
import { lostOf } from './storm-log.ts'
import { StormedResponder } from './stormed-responder.ts'

const AT_ONCE = 64
const GROUPS = 200
const PROBES = 30
/** `timesFloor`: the median answer with groups, to that of the floor in the same run: how long 64 take depends on the machine. */
const LIMITS = { timesFloor: 3, decisionMs: 50, lost: 0 }

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

/** Gives the alerts of one delivery after the other, by number. */
type Deliveries = () => number[]

/** Nothing that was there before: 1 to 100 new alerts each. */
function freshOnes(random: () => number): Deliveries {
  let next = 0
  return () => Array.from({ length: 1 + Math.floor(random() * 100) }, () => next++)
}

/** Groups of 1 to 100 alerts in turn; each time, the oldest alert of the group has given way to a new one. */
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

/** Delivers, so many at a time, while `more` says so. The next delivery is ready before the one before it is answered. */
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

async function measureDecisions() {
  const responder = await StormedResponder.create(bin)
  try {
    await responder.start(AT_ONCE)
    return distribution(await decisions(responder, PROBES))
  } finally {
    await responder.remove()
  }
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
    say(
      `${kind}: ${tookMs.length} deliveries of ${alerts} alerts in ${seconds} s, ${JSON.stringify(perSecond)} a second`,
    )
    say(`  answer ${JSON.stringify(answerMs)} ms, ${cpuMsPerDelivery} ms of CPU time each, lost ${lost}`)
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

/** Right before the groups, so that both have the machine as it is at the moment. */
async function measureFloor() {
  const bare = await StormedResponder.create(bin)
  try {
    await bare.start(AT_ONCE, [join(packageFolder(), 'dist', 'bench', 'bare-receiver.js'), bare.log])
    let sent = 0
    const { tookMs } = await storm(bare, groups(seededRandom(1)), () => sent++ < wanted)
    const answerMs = distribution(tookMs)
    say(`floor: answer ${JSON.stringify(answerMs)} ms`)
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
const decisionMs = runs('decision') ? await measureDecisions() : undefined
say(`webhook to action: ${JSON.stringify(decisionMs)} ms`)
const floor = runs('groups') ? await measureFloor() : undefined
const grouped = runs('groups') ? await measureStorm('groups', groups(seededRandom(1))) : undefined
const fresh = runs('fresh') ? await measureStorm('fresh', freshOnes(seededRandom(2))) : undefined
const kills = runs('kills') ? await measureKills(Number(values.kills)) : undefined
say(`kills: ${JSON.stringify(kills)}`)

const timesFloor = tenth((grouped?.answerMs.median ?? Number.NaN) / (floor?.median ?? Number.NaN))
say(`groups to floor, by the median answer: ${timesFloor}`)

if (decisionMs !== undefined && grouped !== undefined && fresh !== undefined && kills !== undefined) {
  const figures = { limits: LIMITS, decisionMs, floorMs: floor, timesFloor, groups: grouped, fresh, kills }
  if (values.profile === undefined) await saveResults('responder', figures)
  const quick = timesFloor < LIMITS.timesFloor && decisionMs.median < LIMITS.decisionMs
  const whole = grouped.lost + fresh.lost + kills.lost === LIMITS.lost
  say(quick && whole ? 'within the limits' : 'beyond the limits')
  process.exitCode = quick && whole ? 0 : 1
}
