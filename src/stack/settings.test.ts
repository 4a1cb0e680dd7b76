import { describe, expect, it } from 'vitest'
import { readMetricsStore, storeAccess } from './remote-store.ts'
import { readStackSettings, runbookUrl, withoutSecrets } from './settings.ts'

const full = {
  FIREDRILL_RUNBOOK_URL: 'https://example.test/runbooks/',
  FIREDRILL_SLACK_WEBHOOK_URL: 'https://hooks.slack.test/secret',
  FIREDRILL_SLACK_CHANNEL: '#on-call',
  FIREDRILL_SMTP_HOST: 'mail.test:587',
  FIREDRILL_SMTP_FROM: 'a@example.test',
  FIREDRILL_SMTP_TO: 'b@example.test,c@example.test',
  FIREDRILL_SMTP_USERNAME: 'a',
  FIREDRILL_SMTP_PASSWORD: 'secret',
  FIREDRILL_SMTP_TLS: 'off',
}

describe('readStackSettings', () => {
  it('notify nobody, and link to the runbooks of the repository, when nothing is set', () => {
    const settings = readStackSettings({ FIREDRILL_SLACK_WEBHOOK_URL: '' })
    expect(settings).toEqual({ runbooks: 'docs/runbooks', objectives: [] })
    expect(runbookUrl('ServiceDown', settings)).toBe('docs/runbooks/ServiceDown.md')
  })

  it('reads Slack, e-mail and the base of the runbook links', () => {
    const settings = readStackSettings(full)
    expect(settings).toEqual({
      runbooks: 'https://example.test/runbooks',
      objectives: [],
      slack: { webhookUrl: 'https://hooks.slack.test/secret', channel: '#on-call' },
      email: {
        smarthost: 'mail.test:587',
        from: 'a@example.test',
        to: 'b@example.test,c@example.test',
        login: { username: 'a', password: 'secret' },
        requireTls: false,
      },
    })
  })

  it('reports all problems at once, and quotes no secret', () => {
    const wrong = {
      FIREDRILL_SLACK_WEBHOOK_URL: 'secret-without-protocol',
      FIREDRILL_SMTP_HOST: 'mail.test',
      FIREDRILL_SMTP_FROM: 'somebody',
      FIREDRILL_SMTP_PASSWORD: 'secret',
      FIREDRILL_SMTP_TLS: 'maybe',
    }
    const read = () => readStackSettings(wrong)
    for (const name of ['SLACK_WEBHOOK_URL', 'SMTP_HOST', 'SMTP_FROM', 'SMTP_TO', 'SMTP_USERNAME', 'SMTP_TLS']) {
      expect(read).toThrow(`FIREDRILL_${name}`)
    }
    expect(read).not.toThrow('secret-without-protocol')
    expect(() => readStackSettings({ FIREDRILL_SMTP_TO: 'b@example.test' })).toThrow('FIREDRILL_SMTP_TO needs')
    expect(() => readStackSettings({ FIREDRILL_SLACK_CHANNEL: '#x' })).toThrow('FIREDRILL_SLACK_CHANNEL needs')
  })
})

describe('remote write among the settings', () => {
  const url = 'https://mimir.test/api/v1/push'

  it('has a token, or a user with a password, or no login', () => {
    const read = (more: Record<string, string>) =>
      readStackSettings({ FIREDRILL_REMOTE_WRITE_URL: url, ...more }).remoteWrite
    expect(read({})).toEqual({ url })
    expect(read({ FIREDRILL_REMOTE_WRITE_TOKEN: 't' })).toEqual({ url, login: { secret: 't' } })
    expect(read({ FIREDRILL_REMOTE_WRITE_USERNAME: 'u', FIREDRILL_REMOTE_WRITE_PASSWORD: 'p' })).toEqual({
      url,
      login: { username: 'u', secret: 'p' },
    })
  })

  it.each<[string, Record<string, string>, string]>([
    ['no URL', { URL: 'mimir' }, 'must be a URL'],
    ['a user in the URL', { URL: 'https://u:hidden@mimir.test/push' }, 'must hold no user'],
    ['a token without a URL', { TOKEN: 'hidden' }, 'FIREDRILL_REMOTE_WRITE_TOKEN needs'],
    ['a password without a user', { URL: url, PASSWORD: 'hidden' }, 'go together'],
    ['a token and a user', { URL: url, TOKEN: 'hidden', USERNAME: 'u', PASSWORD: 'hidden' }, 'exclude each other'],
  ])('is refused with %s, and no secret is quoted', (_, given, message) => {
    const env = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`FIREDRILL_REMOTE_WRITE_${name}`, value]),
    )
    expect(() => readStackSettings(env)).toThrow(message)
    expect(() => readStackSettings(env)).not.toThrow('hidden')
  })
})

describe('the store of samples among the settings', () => {
  const url = 'https://mimir.test/prometheus'

  it('has a login and headers, and a probe asks with them', () => {
    const store = readMetricsStore({
      FIREDRILL_METRICS_URL: url,
      FIREDRILL_METRICS_TOKEN: 't',
      FIREDRILL_METRICS_HEADERS: 'X-Scope-OrgID=team-1, X-Other = a=b',
    })
    expect(store).toEqual({ url, login: { secret: 't' }, headers: { 'X-Scope-OrgID': 'team-1', 'X-Other': 'a=b' } })
    expect(storeAccess(store ?? { url })).toEqual({ url, authorization: 'Bearer t', headers: store?.headers })
    expect(storeAccess({ url, login: { username: 'u', secret: 'p' } })).toEqual({
      url,
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    })
    expect(readMetricsStore({})).toBeUndefined()
    expect(withoutSecrets(readStackSettings({ FIREDRILL_METRICS_URL: url }))).not.toHaveProperty('metricsStore')
  })

  it.each<[string, Record<string, string>, string]>([
    ['headers without a URL', { HEADERS: 'A=b' }, 'FIREDRILL_METRICS_HEADERS needs FIREDRILL_METRICS_URL'],
    ['headers of no form', { URL: url, HEADERS: 'hidden' }, 'must be like "X-Scope-OrgID=team-1"'],
    ['a login among the headers', { URL: url, HEADERS: 'Authorization=hidden' }, 'must hold no login'],
    ['a token of two lines', { URL: url, TOKEN: 'hid\nden' }, 'FIREDRILL_METRICS_TOKEN must be one line'],
  ])('is refused with %s', (_, given, message) => {
    const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [`FIREDRILL_METRICS_${name}`, value]))
    expect(() => readMetricsStore(env)).toThrow(message)
    expect(() => readMetricsStore(env)).not.toThrow('hidden')
    expect(() => readStackSettings(env)).toThrow(message)
  })
})

describe('withoutSecrets', () => {
  it('leaves what may be shown and no secret', () => {
    const shown = JSON.stringify(
      withoutSecrets(
        readStackSettings({
          ...full,
          FIREDRILL_REMOTE_WRITE_URL: 'https://mimir.test/push',
          FIREDRILL_REMOTE_WRITE_TOKEN: 'remote-secret',
        }),
      ),
    )
    expect(shown).not.toContain('hooks.slack.test/secret')
    expect(shown).not.toContain('"password":"secret"')
    expect(shown).toContain('#on-call')
    expect(shown).toContain('mail.test:587')
    expect(shown).not.toContain('remote-secret')
    expect(shown).toContain('https://mimir.test/push')
  })
})
