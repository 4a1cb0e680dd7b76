import { describe, expect, it } from 'vitest'
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

describe('withoutSecrets', () => {
  it('leaves what may be shown and no secret', () => {
    const shown = JSON.stringify(withoutSecrets(readStackSettings(full)))
    expect(shown).not.toContain('hooks.slack.test/secret')
    expect(shown).not.toContain('"password":"secret"')
    expect(shown).toContain('#on-call')
    expect(shown).toContain('mail.test:587')
  })
})
