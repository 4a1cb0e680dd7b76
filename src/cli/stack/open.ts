import type { StackView } from '../../api/contract.ts'
import { choose } from '../../base/choose.ts'
import { defined } from '../../base/defined.ts'
import { secretErrors } from '../../base/files/files.ts'
import { sleep } from '../../base/wait.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../../stack/part.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addOpen: AddCommand = (program, signal) => {
  program
    .command('open')
    .summary("open the console with a session, or a part's page past its password")
    .description(
      'Opens the console by a link that works once and begins a session: with it the browser may do what the operator may, until the stack goes down or one logs out. Or opens the page of a part in the browser, and prints the link to it. Prometheus, Alertmanager and the blackbox exporter ask for a password: for them this command opens a local address for one browser, which works until Ctrl-C. Grafana has a login of its own, which is printed.',
    )
    .argument('[page]', `${CONSOLE}, prometheus, alertmanager, ${GRAFANA}, store, quotes or blackbox-exporter`, CONSOLE)
    .option('--print', 'only print the link; start no browser', false)
    .option('--read-only', 'of the console: the session can change nothing', false)
    .action(async (name: string, options: { print: boolean; readOnly: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const { connectControl } = await import('../../api/client/connect-control.ts')
      const control = await connectControl(folder)
      const page = choose(pagesOf(await control.stack()), name, 'page')
      const way: Way = name === CONSOLE ? await control.createLink(options.readOnly) : await wayTo(name, page, folder)
      if (json) printJson({ url: way.url, ...defined({ expiresAtMs: way.expiresAtMs, login: way.login }) })
      else print(way.url)
      if (!json && way.login !== undefined) print(`user ${way.login.user}, password ${way.login.password}`)
      const forget = options.print ? undefined : await show(way)
      if (way.close !== undefined) {
        note('open until Ctrl-C')
        await over(signal)
        await way.close()
      } else if (forget !== undefined) await sleep(BROWSER_STARTS_MS, signal).catch(() => undefined)
      await forget?.()
    })
}

const CONSOLE = 'console'
/** Until a browser that has to be started has read the file with the link, in milliseconds. */
const BROWSER_STARTS_MS = 10_000
const GRAFANA = 'grafana'

/** A link as it is printed. `close` ends what it leads through; absent where it leads to the page itself. */
interface Way {
  url: string
  /** When the link is of no use any more. Epoch milliseconds. */
  expiresAtMs?: number
  login?: { user: string; password: string }
  close?: () => Promise<void>
}

function pagesOf({ url, services }: StackView): Record<string, string> {
  const pages = services.flatMap((service) => (service.url === undefined ? [] : [[service.name, service.url] as const]))
  return Object.fromEntries([[CONSOLE, url], ...pages])
}

async function wayTo(name: string, url: string, folder: StateFolder): Promise<Way> {
  if (name === GRAFANA) return { url, login: { user: 'admin', password: secretOf(folder, 'grafana') } }
  const [{ describeStack }, { profiles }] = await Promise.all([
    import('../../stack/topology.ts'),
    import('../../stack/profile.ts'),
  ])
  const secret = describeStack(profiles.lab).parts.find((part) => part.name === name)?.password
  if (secret === undefined) return { url }
  const [{ openGate }, { basicAuthorization }] = await Promise.all([
    import('../../api/client/page-gate.ts'),
    import('../../stack/password.ts'),
  ])
  return openGate({ page: url, authorization: basicAuthorization(secretOf(folder, secret)) })
}

/** @throws FD_SECRET_MISSING, FD_FILE_NOT_OURS, FD_SECRET_WEAK */
function secretOf(folder: StateFolder, name: SecretName): string {
  const secret = folder.secret(name)
  if (secret !== undefined) return secret
  throw secretErrors.error('FD_SECRET_MISSING', {
    message: 'the password is not in this state folder',
    where: folder.secretFile(name),
    next: 'firedrill up, or --state FOLDER to name the folder of the stack',
  })
}

/** Leads the browser of this desktop there, if there is one. Resolves with what is to be done once it has arrived. */
async function show({ url, close, expiresAtMs }: Way): Promise<(() => Promise<void>) | undefined> {
  const { findOpener, openLink, openSecretLink } = await import('../terminal/browser.ts')
  const opener = findOpener()
  if (opener === undefined) return undefined
  const isSecret = close !== undefined || expiresAtMs !== undefined
  return isSecret ? openSecretLink(opener, url) : void openLink(opener, url)
}

function over(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
