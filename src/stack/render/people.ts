import { defined } from '../../base/defined.ts'
import type { ConfigFile, Context } from '../part.ts'
import type { StackSettings } from '../settings.ts'

/** Alertmanager's receivers for people: Slack and e-mail. */

const SLACK_URL = 'secrets/slack-webhook-url'
const SMTP_PASSWORD = 'secrets/smtp-password'

/** Go templates, as Alertmanager fills them in. */
const TITLE =
  '{{ if eq .Status "firing" }}{{ .Alerts.Firing | len }} firing{{ else }}resolved{{ end }}: {{ .CommonLabels.service }}{{ with .CommonLabels.alertname }}, {{ . }}{{ end }}'
const SLACK_LINES =
  '{{ range .Alerts }}{{ if eq .Status "firing" }}*{{ .Labels.severity }}*{{ else }}resolved{{ end }} {{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ .Annotations.description }}\nrunbook: {{ .Annotations.runbook_url }}\n{{ end }}'
const MAIL_LINES =
  '{{ range .Alerts }}{{ .Status }} ({{ .Labels.severity }}) {{ .Labels.alertname }}: {{ .Annotations.summary }}\n{{ .Annotations.description }}\nrunbook: {{ .Annotations.runbook_url }}\nsince: {{ .StartsAt }}\n\n{{ end }}'

export function slackReceiver({ channel }: NonNullable<StackSettings['slack']>, context: Context): object {
  return {
    name: 'slack',
    slack_configs: [
      {
        api_url_file: context.file(SLACK_URL),
        ...defined({ channel }),
        send_resolved: true,
        title: TITLE,
        text: SLACK_LINES,
        fallback: TITLE,
      },
    ],
  }
}

export function emailReceiver(email: NonNullable<StackSettings['email']>, context: Context): object {
  const { smarthost, from, to, login, requireTls } = email
  return {
    name: 'email',
    email_configs: [
      {
        to,
        from,
        smarthost,
        ...(login && { auth_username: login.username, auth_password_file: context.file(SMTP_PASSWORD) }),
        require_tls: requireTls,
        send_resolved: true,
        headers: { Subject: `[Firedrill] ${TITLE}` },
        // Plain text reads well everywhere; without this line Alertmanager adds its own page.
        html: '',
        text: MAIL_LINES,
      },
    ],
  }
}

/** The secrets of both in separate files, so that alertmanager.yml holds none. */
export function secretFiles({ slack, email }: StackSettings): ConfigFile[] {
  const file = (name: string, value: string): ConfigFile => ({
    name,
    part: 'alertmanager',
    secret: true,
    render: () => value,
  })
  return [
    ...(slack ? [file(SLACK_URL, slack.webhookUrl)] : []),
    ...(email?.login ? [file(SMTP_PASSWORD, email.login.password)] : []),
  ]
}
