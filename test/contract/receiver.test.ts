import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { copiedReceivers } from '../../src/foreign/copies/copied-receivers.ts'
import { proveCopy } from '../../src/foreign/copies/prove-copy.ts'
import { Alertmanager } from '../../src/probes/alertmanager.ts'
import type { ReceivedAlert } from '../../src/probes/received-alert.ts'
import { type Receiver, startReceiver } from '../../src/receiver/receiver.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { programOf } from '../rules/tools.ts'

const TOKEN = 'the-token-of-this-test'
const WITHIN = { timeoutMs: 30_000, intervalMs: 50 }

const configuration = (url: string) => `
route:
  receiver: pager
  group_by: [alertname]
  group_wait: 100ms
  group_interval: 500ms
  routes:
    - { receiver: slack, matchers: [team = slack] }
    - { receiver: slack-of-its-own, matchers: [team = own] }
    - { receiver: pagerduty, matchers: [team = pagerduty] }
    - { receiver: mail, matchers: [team = mail] }
    - { receiver: "null", matchers: [team = nobody] }
receivers:
  - name: pager
    webhook_configs:
      - { url: "${url}/alertmanager", send_resolved: true, http_config: { authorization: { credentials: "${TOKEN}" } } }
  - name: slack
    slack_configs:
      - { api_url: "${url}/slack/${TOKEN}", channel: "#on-call", send_resolved: true }
  - name: slack-of-its-own
    slack_configs:
      - api_url: "${url}/slack/${TOKEN}"
        channel: "#own"
        send_resolved: true
        title: "{{ .CommonLabels.alertname }} of {{ .CommonLabels.team }}"
  - name: pagerduty
    pagerduty_configs:
      - { routing_key: a-routing-key-of-thirty-two-signs, url: "${url}/pagerduty/${TOKEN}", send_resolved: true }
  - name: mail
    email_configs:
      - { to: a@example.test, from: b@example.test, smarthost: "127.0.0.1:1" }
  - name: "null"
`

describe('what the real Alertmanager sends to a receiver', () => {
  const ports = new PortLedger('127.0.0.1')
  let folder: string
  let receiver: Receiver
  let process: ChildProcess
  let alertmanager: Alertmanager

  beforeAll(async () => {
    receiver = await startReceiver({ listen: { host: '127.0.0.1', port: 0 }, token: TOKEN })
    folder = await mkdtemp(join(tmpdir(), 'fd-received-'))
    await writeFile(join(folder, 'alertmanager.yml'), configuration(receiver.place))
    const program = await programOf('alertmanager')
    const port = await ports.reserve(19_293)
    await ports.release(port)
    const url = `http://127.0.0.1:${port}`
    alertmanager = new Alertmanager(url)
    const args = [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      ...program.args,
    ]
    process = spawn(program.path, args, {
      ...defined({ cwd: program.cwd }),
      env: { ...globalThis.process.env, ...program.env },
      stdio: 'ignore',
    })
    await waitUntil(
      async () => ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ? done(undefined) : notYet('no answer')),
      { what: 'Alertmanager', ...WITHIN },
    )
  }, 300_000)
  afterAll(async () => {
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    await ended
    await receiver.close()
    await ports.close()
    await rm(folder, { recursive: true })
  })

  const arrived = (what: string, is: (alert: ReceivedAlert) => boolean) =>
    waitUntil(
      async () => {
        const all = await receiver.received(0)
        const found = all.find(is)
        return found === undefined ? notYet(JSON.stringify(all)) : done(found)
      },
      { what, ...WITHIN },
    )

  it.each([
    [
      'by its own webhook',
      { alertname: 'ByWebhook', job: 'shop' },
      { form: 'alertmanager', receiver: 'pager', alertname: 'ByWebhook' },
    ],
    ['by Slack', { alertname: 'BySlack', team: 'slack' }, { form: 'slack' }],
    ['by Slack, with a title of its own', { alertname: 'ByOwnSlack', team: 'own' }, { form: 'slack' }],
    ['by PagerDuty', { alertname: 'ByPagerduty', team: 'pagerduty' }, { form: 'pagerduty', alertname: 'ByPagerduty' }],
  ])('is received %s, and so is its end', async (_, labels, expected) => {
    const { alertname } = labels
    const isIt = (alert: ReceivedAlert) => alert.alertname === alertname || alert.text?.includes(alertname) === true
    const sentMs = Date.now()
    const annotations = { summary: 'It is bad', description: 'Labels:\n - alertname = Another\n' }
    const alert = { labels, annotations, startsAtMs: sentMs }
    await alertmanager.post([{ ...alert, endsAtMs: sentMs + 120_000 }], { timeoutMs: 5_000 })
    const firing = await arrived(`${alertname} that fires`, isIt)
    expect(firing).toMatchObject(expected)
    expect(firing.receivedAtMs).toBeGreaterThanOrEqual(sentMs)
    if (firing.labels !== undefined) expect(firing.labels).toMatchObject(labels)
    await alertmanager.post([{ ...alert, endsAtMs: Date.now() }], { timeoutMs: 5_000 })
    const ended = await arrived(`${alertname} that has ended`, (one) => isIt(one) && one.resolvedAtMs !== undefined)
    expect(ended.receivedAtMs).toBe(firing.receivedAtMs)
  })

  it.each([
    ['pager', {}],
    ['slack', { team: 'slack' }],
    ['pagerduty', { team: 'pagerduty' }],
  ])('includes a synthetic alert that proves it for %s, and ends', async (name, labels) => {
    const proof = await proveCopy({ alertmanager, receiver }, { labels, withinMs: 30_000 })
    expect(proof.tookMs).toBeGreaterThanOrEqual(0)
    expect(proof.copies.map(({ receiver: through, form }) => through ?? form)).toEqual([name])
    await waitUntil(
      async () => {
        const held = await alertmanager.alerts({ timeoutMs: 5_000 })
        const left = held.filter((alert) => alert.labels.alertname === proof.alertname)
        return left.length === 0 ? done(undefined) : notYet('still held')
      },
      { what: 'the synthetic alert to end', ...WITHIN },
    )
  })

  it('does not prove what is not: nobody sends a copy', async () => {
    const proof = await proveCopy({ alertmanager, receiver }, { labels: { team: 'nobody' }, withinMs: 1_500 })
    expect(proof).toEqual({ alertname: 'FiredrillSyntheticAlert', copies: [] })
  })

  it('is read from its configuration: who sends a copy, who does not, and who does not show it', async () => {
    const { config } = await alertmanager.status({ timeoutMs: 5_000 })
    const copies = copiedReceivers(config ?? '', receiver.place)
    expect(copies).toMatchObject({ root: 'pager', routed: false })
    expect(copies.own).toEqual(expect.arrayContaining(['pagerduty']))
    // Its secrets are hidden; newer versions hide the address of a webhook as well.
    expect([...copies.own, ...copies.hidden].sort()).toEqual(['pager', 'pagerduty', 'slack', 'slack-of-its-own'])
    expect(copies.notifying).toContain('mail')
  })
})
