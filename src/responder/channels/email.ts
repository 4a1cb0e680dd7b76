import type { Channel } from './channel.ts'

export function email({ host, port, from, to, login, tls }: EmailSettings): Channel {
  return {
    async send({ summary, text }) {
      // Loaded with the first mail: most stacks send none.
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        host,
        port,
        secure: tls === 'required' && port === 465,
        requireTLS: tls === 'required',
        ignoreTLS: tls === 'off',
        connectionTimeout: TIMEOUT_MS,
        greetingTimeout: TIMEOUT_MS,
        socketTimeout: TIMEOUT_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
        ...(login === undefined ? {} : { auth: { user: login.username, pass: login.password } }),
      })
      try {
        await transport.sendMail({ from, to, subject: `[firedrill] ${oneLine(summary)}`, text })
      } finally {
        transport.close()
      }
    },
  }
}

/** Bound of each step of a delivery, in milliseconds. */
const TIMEOUT_MS = 10_000

export interface EmailSettings {
  host: string
  port: number
  from: string
  /** Addresses, separated by commas. */
  to: string
  login?: { username: string; password: string }
  /** `required`: no mail leaves in the clear. `off`: for a server on this machine. */
  tls: 'required' | 'off'
}

/** A label may hold a line break; a header may not. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
