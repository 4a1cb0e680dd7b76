import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signalProcess } from '../../src/base/system/process.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { Containers } from '../compose/containers.ts'
import { dockerHost } from '../compose/docker.ts'
import { NODE_IMAGE } from '../compose/images.ts'
import { guardians } from '../foreign-material/guardians.ts'
import { Site, TOKEN } from '../foreign-material/site.ts'

/** An engine with the images of `npm run test:compose`, which leaves them on an engine that it has found. */
const env = { ...process.env, DOCKER_HOST: dockerHost }
const isThere = spawnSync('docker', ['image', 'inspect', NODE_IMAGE], { env, stdio: 'ignore' }).status === 0
if (!isThere)
  process.stderr.write(`containers that are not ours: NOT RUN: no engine at ${dockerHost} has ${NODE_IMAGE}\n`)

/** Scrapes of a second, and bounds for a machine that is busy with other things. */
const drillOf = (forTime: string) => `
title: The shop hangs
why: Its people must be notified, and it goes on when the fault is over.
steadyState: [{ http: shop, path: /health }, { metric: 'min(up{job="shop"})', is: "== 1" }]
load: none
method: [{ at: 0s, fault: pause, target: shop, for: ${forTime} }]
expectations:
  - { metric: 'up{job="shop"}', is: "== 0", within: 30s }
  - { alert: ShopDown, within: 30s }
  - { steady: true, within: 90s }
`

/** A run and what is around it, on a machine that is busy with other things. */
const SLOW_MS = 300_000

let site: Site
let containers: Containers
async function begin(): Promise<void> {
  site = await Site.start('shop')
  // Its people run it as a container from now on, at the same port.
  await site.signalApp('SIGKILL')
  await site.untilGone(() => false)
  containers = await Containers.up({ shop: { port: Number(site.ports.app), more: { restart: 'always' } } })
  site.state.env = { DOCKER_HOST: dockerHost, FIREDRILL_RECEIVER_TOKEN: TOKEN }
  await site.untilAnswers()
  const described = await readFile(site.file('firedrill.yaml'), 'utf8')
  const compose = `    compose: { project: ${containers.project}, service: shop }\n`
  await writeFile(site.file('firedrill.yaml'), described.replace(/ {4}process:\n(?: {6}.*\n)+/, compose))
  await site.edit('prometheus', 'prometheus.yml', (text) => text.replaceAll('250ms', '1s'))
  await writeFile(site.file('drills/hangs.yaml'), drillOf('12s'))
  await writeFile(site.file('drills/long.yaml'), drillOf('60s'))
}

// Nothing fires any more of what the test before has done.
async function untilCalm(): Promise<void> {
  await site.untilScraped()
  await waitUntil(
    async () => {
      const firing = await site.firing()
      return firing.length === 0 ? done(undefined) : notYet(firing.join(', '))
    },
    { what: 'no alert to fire', timeoutMs: 60_000, intervalMs: 250 },
  )
}

const isPaused = async () => (await containers.inspect('shop')).State.Paused

function untilUnpaused(): Promise<void> {
  return waitUntil(async () => ((await isPaused()) ? notYet('it is paused') : done(undefined)), {
    what: 'the container to go on',
    timeoutMs: 30_000,
    intervalMs: 50,
  })
}

describe.runIf(isThere)('a run on a system of containers that is not ours', () => {
  beforeAll(begin)
  beforeEach(untilCalm)
  afterAll(async () => {
    await containers?.remove()
    await site?.stop()
  })

  it(
    'is checked, and its people are notified of a container that hangs until the fault is over',
    async () => {
      const { findings } = await site.check()
      expect(findings.filter(({ name }) => name.startsWith('shop')).map(({ status }) => status)).not.toContain('bad')
      const journal = await site.drill('drills/hangs.yaml', ['--busy'])
      // A machine that is too slow to measure makes it inconclusive.
      expect(['held', 'inconclusive'], journal.reasons.join('; ')).toContain(journal.verdict)
      expect(journal.faults).toMatchObject([{ landing: { landed: true }, lifted: { changed: true } }])
      expect(journal.stages.find(({ name }) => name === 'notified')?.atMs).toEqual(expect.any(Number))
      expect(await isPaused()).toBe(false)
    },
    SLOW_MS,
  )

  it.each(['the run is', 'the run and its guardian are'])(
    'unpauses a container when %s killed with -9',
    async (killed) => {
      const { Pid } = (await containers.inspect('shop')).State
      const { reached, printed } = await site.state.runUntil(
        ['run', site.file('drills/long.yaml'), '--system', site.file('firedrill.yaml'), '--busy'],
        'injected',
        async (kill) => {
          expect(await isPaused()).toBe(true)
          const [guardian] = await guardians()
          if (guardian === undefined) throw new Error('no guardian')
          if (killed !== 'the run is') signalProcess(guardian, 'SIGKILL')
          kill('SIGKILL')
        },
      )
      expect(reached, printed).toBe(true)
      await untilUnpaused()
      await site.untilAnswers()
      expect((await containers.inspect('shop')).State).toMatchObject({ Running: true, Pid })
    },
    SLOW_MS,
  )
})
