import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defined } from '../../src/base/defined.ts'
import { done, notYet, waitUntil } from '../../src/base/wait.ts'
import { PortLedger } from '../../src/runtimes/native/process/ports.ts'
import { profiles } from '../../src/stack/profile.ts'
import { writeConfiguration } from './rendered.ts'
import { type Mail, startMailServer } from './test-smtp.ts'
import { programOf } from './tools.ts'

interface SlackMessage {
  channel: string
  attachments: { title: string; text: string; color: string }[]
}
interface Delivery {
  authorization: string | undefined
  alerts: { status: string; labels: Record<string, string> }[]
}

const slack: SlackMessage[] = []
const deliveries: Delivery[] = []
const mails: Mail[] = []
const ports = new PortLedger('127.0.0.1')
let folder: string
let receivers: Server
let mailServer: Awaited<ReturnType<typeof startMailServer>>
let alertmanager: ChildProcess
let url: string

async function body(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

beforeAll(async () => {
  const program = await programOf('alertmanager')
  folder = await mkdtemp(join(tmpdir(), 'fd-notify-'))
  mailServer = await startMailServer(mails)
  receivers = createServer(async (request, response) => {
    const content = JSON.parse(await body(request))
    if (request.url === '/slack') slack.push(content)
    else deliveries.push({ authorization: request.headers.authorization, alerts: content.alerts })
    response.end('ok')
  })
  receivers.listen(0, '127.0.0.1')
  await once(receivers, 'listening')
  const origin = `http://127.0.0.1:${(receivers.address() as { port: number }).port}`
  const settings = {
    objectives: [],
    runbooks: 'https://runbooks.test',
    slack: { webhookUrl: `${origin}/slack`, channel: '#on-call' },
    email: {
      smarthost: mailServer.address,
      from: 'firedrill@example.test',
      to: 'on-call@example.test, boss@example.test',
      login: { username: 'firedrill', password: 'very-secret' },
      requireTls: false,
    },
  }
  await writeConfiguration(folder, profiles.lab, settings, { url: () => origin })
  const port = await ports.reserve(19_093)
  await ports.release(port)
  url = `http://127.0.0.1:${port}`
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    ...program.args,
  ]
  alertmanager = spawn(program.path, args, {
    ...defined({ cwd: program.cwd }),
    env: { ...process.env, ...program.env },
    stdio: 'ignore',
  })
  await waitUntil(
    async () => ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ? done(undefined) : notYet('no answer')),
    { what: 'Alertmanager', timeoutMs: 20_000, intervalMs: 50 },
  )
}, 300_000)

afterAll(async () => {
  const ended = once(alertmanager, 'exit')
  alertmanager.kill('SIGKILL')
  await ended
  receivers.closeAllConnections()
  await new Promise((resolve) => receivers.close(resolve))
  await mailServer.close()
  await ports.close()
  await rm(folder, { recursive: true })
})

/** As Prometheus sends alerts: again and again while they fire. */
async function sendAlerts(...alerts: Record<string, string>[]): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(
      alerts.map((labels) => ({
        labels,
        annotations: {
          summary: `${labels.alertname} of ${labels.service}`,
          description: 'It is bad.',
          runbook_url: `https://runbooks.test/${labels.alertname}.md`,
        },
        endsAt: new Date(Date.now() + 60_000).toISOString(),
      })),
    ),
  })
  expect(response.status).toBe(200)
}

const arrived = <T>(what: string, find: () => T | undefined) =>
  waitUntil(
    async () => {
      const found = find()
      return found === undefined ? notYet('nothing of the kind') : done(found)
    },
    { what, timeoutMs: 15_000, intervalMs: 20 },
  )
const delivered = (alertname: string) =>
  deliveries.filter(({ alerts }) => alerts.some(({ labels }) => labels.alertname === alertname))

describe('notifications by the real Alertmanager', () => {
  it('notifies the responder at once, with its token; Slack of everything; by e-mail only of what is critical', async () => {
    await sendAlerts(
      { alertname: 'QuotesStale', service: 'quotes', instance: 'quotes-1', severity: 'critical' },
      { alertname: 'EventLoopBlocked', service: 'worker', instance: 'worker-1', severity: 'warning' },
    )
    const delivery = await arrived('the webhook', () => delivered('QuotesStale')[0])
    expect(delivery.authorization).toBe('Bearer the webhook token')
    expect(delivery.alerts).toMatchObject([{ status: 'firing', labels: { instance: 'quotes-1' } }])

    const warning = await arrived('the Slack message', () =>
      slack.find(({ attachments: [one] }) => one?.text.includes('EventLoopBlocked of worker')),
    )
    expect(warning).toMatchObject({
      channel: '#on-call',
      attachments: [{ title: '1 firing: worker, EventLoopBlocked' }],
    })
    expect(warning.attachments[0]?.text).toContain('runbook: https://runbooks.test/EventLoopBlocked.md')

    const mail = await arrived('the mail', () => mails.find(({ to }) => to.includes('on-call@example.test')))
    expect(mail.to).toContain('boss@example.test')
    expect(mail.login).toBe('firedrill very-secret')
    expect(mail.content).toContain('QuotesStale of quotes')
    expect(mail.content).toContain('https://runbooks.test/QuotesStale.md')
    expect(mail.content).toMatch(/^Subject: /m)
    expect(mails.filter(({ content }) => content.includes('EventLoopBlocked'))).toEqual([])
  })

  it('repeats the Watchdog to the responder alone', async () => {
    await sendAlerts({ alertname: 'Watchdog', service: 'prometheus', severity: 'none' })
    const first = deliveries.length
    await arrived('the third Watchdog', () => delivered('Watchdog')[2])
    expect(deliveries.length).toBeGreaterThan(first)
    expect(JSON.stringify([slack, mails])).not.toContain('Watchdog')
  })

  it.each([
    ['a service that is down', 'ServiceUnsettled', 'store', 'store', ['APIHighLatency', 'ErrorCount', 'ProbeFailed']],
    ['a database that is down', 'ServiceUnsettled', 'postgres', 'worker', ['WorkerStalled', 'PoolExhausted']],
    ['a proxy that is down', 'ServiceUnsettled', 'proxy', 'quotes', ['ProbeFailed', 'QuotesStale']],
    ['a cache that is down', 'ServiceUnsettled', 'redis', 'quotes', ['APIHighLatency']],
    ['the worse news', 'CriticalErrorRate', 'quotes', 'quotes', ['HighErrorRate', 'ErrorCount']],
  ])('%s holds back what follows from it', async (_, alertname, service, sufferer, followers) => {
    await sendAlerts({ alertname, service, severity: alertname === 'ServiceUnsettled' ? 'none' : 'critical' })
    // Alertmanager takes an alert into account for others a moment after it has it: by the time that a later one has come through.
    const before = `Before-${service}-${alertname}`
    await sendAlerts({ alertname: before, service: 'elsewhere', severity: 'warning' })
    await arrived('what was sent after it', () => delivered(before)[0])
    await sendAlerts(
      ...followers.map((name) => ({
        alertname: name,
        service: sufferer,
        instance: `${sufferer}-9`,
        severity: 'critical',
      })),
    )
    const response = await fetch(`${url}/api/v2/alerts?filter=instance="${sufferer}-9"`)
    const states = (await response.json()) as { labels: { alertname: string }; status: { state: string } }[]
    for (const name of followers) {
      expect(states.find(({ labels }) => labels.alertname === name)?.status.state, name).toBe('suppressed')
    }
    // What was sent after them has come through, they have not.
    const marker = `Marker-${service}-${alertname}`
    await sendAlerts({ alertname: marker, service: 'elsewhere', severity: 'warning' })
    await arrived('the marker', () => delivered(marker)[0])
    const seen = deliveries.flatMap(({ alerts }) => alerts).filter(({ labels }) => labels.instance === `${sufferer}-9`)
    expect(seen).toEqual([])
  })

  it('a service that is down still pages itself, and so does another one', async () => {
    await sendAlerts({ alertname: 'ServiceUnsettled', service: 'store', severity: 'none' })
    await sendAlerts({ alertname: 'ServiceDown', service: 'store', instance: 'store-1', severity: 'critical' })
    await sendAlerts({ alertname: 'ProbeFailed', service: 'responder', instance: 'responder-1', severity: 'critical' })
    await arrived('the outage', () => delivered('ServiceDown')[0])
    await arrived("the other's probe", () => delivered('ProbeFailed')[0])
  })
})
