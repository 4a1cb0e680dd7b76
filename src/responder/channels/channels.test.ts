import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Mail, startMailServer } from '../../../test/rules/test-smtp.ts'
import { channelsOf } from './channels.ts'

const message = {
  incident: '0123456789abcdef',
  number: 7,
  alertname: 'ServiceDown',
  target: 'store-1',
  severity: 'critical',
  summary: 'Incident #7: ServiceDown on store-1 is left to you: no action has helped',
  text: '2026-01-01T00:00:00.000Z  received ServiceDown\n2026-01-01T00:00:01.000Z  restarted store-1',
}
const { signal } = new AbortController()

describe('without any setting', () => {
  it('nobody can be reached', () => expect(channelsOf({})).toEqual({}))
})

describe('slack', () => {
  let server: Server
  let status = 200
  let posted: { text: string }[]
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/SECRET`
  const slack = () => channelsOf({ slackUrl: url() }).slack
  beforeEach(async () => {
    status = 200
    posted = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        posted.push(JSON.parse(body) as { text: string })
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('no_service')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => server.close())

  it('posts the summary and the story', async () => {
    await slack()?.send(message, signal)
    expect(posted).toEqual([{ text: `*${message.summary}* (critical)\n\`\`\`\n${message.text}\n\`\`\`` }])
  })

  it('lets no label mention everybody or link elsewhere', async () => {
    await slack()?.send({ ...message, summary: '<!everyone> & <https://example.com|click>' }, signal)
    expect(posted[0]?.text).toContain('*&lt;!everyone&gt; &amp; &lt;https://example.com|click&gt;*')
  })

  it.each([302, 404, 500])('says so when the answer is %d, without the secret in the URL', async (given) => {
    status = given
    const failed = slack()?.send(message, signal)
    await expect(failed).rejects.toMatchObject({ code: 'FD_RESPONDER_POST' })
    await expect(failed).rejects.not.toThrow(/SECRET/)
    expect(posted).toHaveLength(1)
  })

  it('says so when nobody listens', async () => {
    const gone = slack()
    await new Promise((resolve) => server.close(resolve))
    await expect(gone?.send(message, signal)).rejects.toMatchObject({ code: 'FD_RESPONDER_POST' })
  })
})

describe('email', () => {
  const mails: Mail[] = []
  let server: Awaited<ReturnType<typeof startMailServer>>
  const email = (tls: 'required' | 'off') => {
    const [host = '', port = ''] = server.address.split(':')
    const login = { username: 'robot', password: 'secret' }
    return channelsOf({
      email: { host, port: Number(port), from: 'drill@example.com', to: 'a@x.test, b@x.test', tls, login },
    }).email
  }
  beforeEach(async () => {
    mails.length = 0
    server = await startMailServer(mails)
  })
  afterEach(() => server.close())

  it('sends the summary as subject and the story as text, to everybody', async () => {
    await email('off')?.send(message, signal)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ login: 'robot secret', to: ['a@x.test', 'b@x.test'] })
    const content = mails[0]?.content.replace(/\n[ \t]+/g, ' ') ?? ''
    expect(content).toContain(
      'Subject: [firedrill] Incident #7: ServiceDown on store-1 is left to you: no action has helped',
    )
    expect(content).toContain('restarted store-1')
  })

  it('lets no label write a header', async () => {
    await email('off')?.send({ ...message, summary: 'down\r\nBcc: everybody@example.com' }, signal)
    expect(mails[0]?.content).toMatch(/^Subject: \[firedrill\] down Bcc: everybody@example\.com$/m)
    expect(mails[0]?.to).toEqual(['a@x.test', 'b@x.test'])
  })

  it('sends nothing unencrypted unless TLS is switched off', async () => {
    await expect(email('required')?.send(message, signal)).rejects.toThrow(/TLS/)
    expect(mails).toEqual([])
  })
})
