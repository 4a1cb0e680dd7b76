import { usageErrors } from '../../base/usage-errors.ts'
import type { Notice } from '../../receiver/notice.ts'
import type { ReceiverPlace } from '../../receiver/open-receiver.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, print } from '../terminal/output.ts'

export const addReceive: AddCommand = (program, signal) => {
  program
    .command('receive')
    .summary('receive copies of notifications, for drills on a system that is not ours')
    .description(
      'Listens for what Alertmanager notifies people of: its own webhook (version 4), and what its Slack and PagerDuty receivers send. Runs\nthat name the same receiver in firedrill.yaml read from it when a notification arrived. Prints each one. Ctrl-C ends it.',
    )
    .option(
      '--system <file>',
      'the description of the system: it says where to listen, and which variable holds the token',
    )
    .option('--listen <host:port>', `address and port to listen at; ${DEFAULTS.listen} without it`)
    .option('--token-from <variable>', `environment variable that holds the token; ${DEFAULTS.tokenFrom} without it`)
    .addHelpText('after', HELP)
    .action(async (options: ReceiveOptions, command) => {
      const { json } = readContext(command, signal)
      const [{ listenAt, receiverToken }, { receiverErrors }, { noticeLine }] = await Promise.all([
        import('../../receiver/open-receiver.ts'),
        import('../../receiver/errors.ts'),
        import('../tables/notice-line.ts'),
      ])
      const place = await readPlace(options)
      const token = receiverToken(place.tokenFrom, process.env)
      const onNotices = (notices: readonly Notice[], atMs: number) => {
        for (const notice of notices) print(json ? JSON.stringify({ atMs, ...notice }) : noticeLine(notice, atMs))
      }
      const receiver = await listenAt(place, { token, onNotices })
      if (receiver === undefined) {
        throw receiverErrors.error('FD_RECEIVER_UNAVAILABLE', {
          message: 'somebody listens there already',
          where: place.listen,
          next: '--listen HOST:PORT names another address',
        })
      }
      note(`receiving at ${receiver.place}: /alertmanager, /slack and /pagerduty, with the token of ${place.tokenFrom}`)
      if (!signal.aborted)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      await receiver.close()
    })
}

const DEFAULTS = { listen: '127.0.0.1:9199', tokenFrom: 'FIREDRILL_RECEIVER_TOKEN' } as const

interface ReceiveOptions {
  system?: string
  listen?: string
  tokenFrom?: string
}

const HELP = `
In alertmanager.yml, in the receiver that notifies people, beside what it has:

  webhook_configs:
    - url: http://127.0.0.1:9199/alertmanager
      http_config: { authorization: { credentials: TOKEN } }

A sender that can set no header has the token at the end of the path: /slack/TOKEN, /pagerduty/TOKEN.
firedrill system check prints the lines for a system of yours; with --prove it posts a synthetic alert and waits for its copy.
`

/** @throws FD_USAGE, FD_FOREIGN_NOT_FOUND, FD_FOREIGN_INVALID */
async function readPlace({ system, listen, tokenFrom }: ReceiveOptions): Promise<ReceiverPlace & { listen: string }> {
  const given = { ...(listen === undefined ? {} : { listen }), ...(tokenFrom === undefined ? {} : { tokenFrom }) }
  if (system === undefined) return { ...DEFAULTS, ...given }
  const { readSystem } = await import('../../foreign/file/system-file.ts')
  const { receiver } = await readSystem(system)
  const place = { ...receiver, ...given }
  const { listen: at, tokenFrom: from = DEFAULTS.tokenFrom } = place
  if (at !== undefined) return { ...place, listen: at, tokenFrom: from }
  throw usageErrors.error('FD_USAGE', {
    message: 'the description does not say where to listen',
    where: system,
    expected: 'receiver: { listen: 127.0.0.1:9199, tokenFrom: FIREDRILL_RECEIVER_TOKEN }',
    next: 'or --listen HOST:PORT',
  })
}
