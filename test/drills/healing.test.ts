import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IncidentView } from '../../src/api/contract.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import type { Journal } from '../../src/drills/journal/journal.ts'
import { FiredrillFolder } from '../e2e/firedrill.ts'

/** One stack, and the policy that ships: what the responder does about the failures that are not a plain crash. */
describe('the responder heals', () => {
  let folder: FiredrillFolder
  beforeAll(async () => {
    folder = await FiredrillFolder.create()
    await folder.up()
  })
  afterAll(() => folder.remove())

  const drill = async (name: string): Promise<Journal> => {
    const { stdout } = await folder.run(['run', `drills/${name}.yaml`, '--json', '--seed', '7'])
    const journal = JSON.parse(stdout) as Journal
    expect(journal.reasons).toEqual([])
    expect(journal.verdict).toBe('held')
    return journal
  }
  const since = async (journal: Journal) => {
    const all = await folder.json<IncidentView[]>(['incidents'])
    return all.filter((one) => one.receivedAtMs >= Date.parse(journal.startedAt))
  }
  const replicasOf = async (service: string) =>
    (await folder.stack()).services.find((one) => one.name === service)?.replicas.length

  it('a worker that lags behind by scaling to three, and back when it is over', async () => {
    const journal = await drill('worker-lag')
    const incident = await waitUntil(
      async () => {
        const [stalled] = (await since(journal)).filter((one) => one.alertname === 'WorkerStalled')
        const back = stalled?.actions.find((one) => one.back)
        return back?.actedAtMs === undefined ? notYet(JSON.stringify(stalled?.actions)) : done(stalled)
      },
      { what: 'the workers that are not needed any more to have finished', timeoutMs: 20_000, intervalMs: 250 },
    )
    expect(incident?.actions.map(({ action, back, ok }) => [action, back ?? false, ok])).toEqual([
      ['scale', false, true],
      ['scale', true, true],
    ])
    expect(incident?.verified?.outcome).toBe('ok')
    expect(await replicasOf('worker')).toBe(1)
  })

  it('a store that turned slow by restarting it', async () => {
    const journal = await drill('response-delay')
    expect(journal.repairedBy).toBe('responder')
    const [incident] = (await since(journal)).filter((one) => one.alertname === 'APIHighLatency')
    expect(incident).toMatchObject({ status: 'resolved', verified: { outcome: 'ok' } })
  })

  it('a store that fails after a setting was changed by taking the setting back', async () => {
    const journal = await drill('config-rollback')
    expect(journal.repairedBy, journal.repairedByEvidence).toBe('responder')
    const [incident] = (await since(journal)).filter((one) => one.alertname === 'CriticalErrorRate')
    expect(incident?.actions[0]).toMatchObject({ action: 'configure', target: 'store', ok: true })
  })

  it('a store that crashes in run after run: the next one begins when the responder may act again', async () => {
    const { exitCode, stdout } = await folder.run(['run', 'drills/store-crash.yaml', '--repeat', '6', '--json'])
    const { journals } = JSON.parse(stdout) as { journals: Journal[] }
    expect(journals.flatMap((one) => one.reasons)).toEqual([])
    expect(journals.map((one) => `${one.verdict}, by the ${one.repairedBy}`)).toEqual(
      Array(6).fill('held, by the responder'),
    )
    expect(exitCode).toBe(0)
  })

  it('a store that dies after every start only so often, then leaves it to a person', async () => {
    const journal = await drill('crash-loop')
    const incidents = (await since(journal)).filter((one) => one.alertname === 'ServiceDown')
    const repairs = incidents.flatMap((one) => one.actions)
    expect(repairs.length).toBeGreaterThanOrEqual(2)
    expect(repairs.length).toBeLessThanOrEqual(4)
    const last = incidents.find((one) => one.escalatedAtMs !== undefined)
    expect(last?.decision?.suppressed).toBe('target_limit')
    const { stdout } = await folder.run(['incidents', 'show', String(last?.number)])
    expect(stdout).toMatch(
      /suppressed +held back to restart store-1: the target was acted on as often as the policy allows/,
    )
    expect(stdout).toContain('left to a person: 4 actions on store-1 within 20.0 s')
  })
})
