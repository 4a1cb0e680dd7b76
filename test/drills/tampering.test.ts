import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { FiredrillFolder, pagingAlerts, replicaOf } from '../e2e/firedrill.ts'

/** Longer than it takes from a lost Alertmanager to the alert about it. */
const QUIET_MS = 8_000

/** What a drill is for: a monitoring that was quietly broken must not pass, and the reason must name what is broken. */
describe('a drill on a stack that somebody has tampered with', () => {
  let folder: FiredrillFolder
  let restore: (() => Promise<void>) | undefined
  beforeAll(async () => {
    folder = await FiredrillFolder.create()
    await folder.up()
  })
  afterEach(async () => {
    await restore?.()
    restore = undefined
    await untilQuiet()
  })
  afterAll(() => folder.remove())

  /** A Prometheus that rereads its configuration has no Alertmanager for some seconds, and says so some seconds later. */
  async function untilQuiet(): Promise<void> {
    const stack = await folder.stack()
    let sinceMs = performance.now()
    await waitUntil(
      async () => {
        const alerts = await pagingAlerts(stack)
        if (alerts.length > 0) sinceMs = performance.now()
        return performance.now() - sinceMs > QUIET_MS ? done(undefined) : notYet(alerts.join(', ') || 'not for long')
      },
      { what: 'the monitoring to be quiet', timeoutMs: 90_000, intervalMs: 250 },
    )
  }

  /** Changes a configuration file of a part, and has the part read it again; afterwards it is as it was. */
  async function tamper(part: string, file: string, change: (text: string) => string, settle = true): Promise<void> {
    const path = join(folder.path, 'config', file)
    const before = await readFile(path, 'utf8')
    const after = change(before)
    expect(after).not.toBe(before)
    const write = async (text: string) => {
      await writeFile(path, text)
      process.kill(replicaOf(await folder.stack(), `${part}-1`).pid as number, 'SIGHUP')
    }
    restore = () => write(before)
    await write(after)
    if (settle) await untilQuiet()
  }

  const crash = async (): Promise<Journal> =>
    JSON.parse((await folder.run(['run', 'drills/store-crash.yaml', '--json', '--seed', '7'])).stdout) as Journal
  const missed = ({ expectations }: Journal) => expectations.filter(({ met }) => !met).map(({ kind }) => kind)

  it('is refused before it begins when the rule of the alert is gone', async () => {
    await tamper('prometheus', 'rules/firedrill.yml', (text) =>
      text.replaceAll('alert: ServiceDown', 'alert: ServiceGone'),
    )
    const before = replicaOf(await folder.stack(), 'store-1').pid
    const { exitCode, stderr } = await folder.run(['run', 'drills/store-crash.yaml'])
    expect(stderr).toContain('no rule defines the alert ServiceDown')
    expect(exitCode).toBe(2)
    expect(replicaOf(await folder.stack(), 'store-1').pid).toBe(before)
  })

  it('deviates when the rule of the alert cannot fire: seen, but never fired, and not repaired', async () => {
    await tamper('prometheus', 'rules/firedrill.yml', (text) =>
      text.replaceAll(/(alert: ServiceDown\n\s+expr: up\{[^}]*\}) == 0/g, '$1 == 7'),
    )
    const journal = await crash()
    expect(journal.verdict, journal.reasons.join('\n')).toBe('deviated')
    expect(journal.reasons.join('\n')).toContain('firing: ServiceDown{service="store"} (it was never active)')
    expect(missed(journal)).toEqual(expect.arrayContaining(['alert', 'action', 'steady']))
    expect(journal.expectations.find(({ kind }) => kind === 'metric')?.met).toBe(true)
  })

  it('deviates when the route to the responder is broken: fired, but never received', async () => {
    // The Watchdog still arrives: no part of the monitoring can see that nothing else does.
    await tamper('alertmanager', 'alertmanager.yml', (text) =>
      text.replaceAll(/^( {2}| {4}- )receiver: responder$/gm, '$1receiver: nobody'),
    )
    const journal = await crash()
    expect(journal.verdict, journal.reasons.join('\n')).toBe('deviated')
    expect(journal.reasons.join('\n')).toContain('acted: restart store by responder (not decided')
    expect(journal.expectations.find(({ kind }) => kind === 'alert')?.met).toBe(true)
    expect(journal.mttdMs).toBeNull()
    expect(journal.repairedBy).toBe('fault lifted')
  })

  it('is inconclusive when the scrape is so slow that nothing is known: nobody could see a failure', async () => {
    await tamper(
      'prometheus',
      'prometheus.yml',
      (text) => text.replace(/(job_name: store\n(?: {4}.*\n)*? {4}scrape_interval: )\S+/, '$11d'),
      false,
    )
    const journal = await crash()
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [] })
    expect(journal.reasons.join('\n')).toContain('min(up{service="store"})')
  })

  it('is inconclusive when the system is ill before the drill begins', async () => {
    const injected = await folder.run(['fault', 'inject', 'not-ready', '--target', 'store', '--for', '1m'])
    expect(injected.exitCode, injected.all).toBe(0)
    restore = async () => void (await folder.run(['fault', 'clear']))
    const journal = await crash()
    expect(journal).toMatchObject({ verdict: 'inconclusive', faults: [] })
    expect(journal.reasons.join('\n')).toContain('store-1 /ready: answered 503')
    expect(journal.reasons.join('\n')).toContain('the fault not-ready on store is in force')
  })
})
