import type { StackView } from '../../api/contract.ts'
import { choose } from '../../base/choose.ts'
import { defined } from '../../base/defined.ts'
import { secretErrors } from '../../base/files/files.ts'
import type { StateFolder } from '../../runtimes/native/state/state-folder.ts'
import type { SecretName } from '../../stack/part.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addOpen: AddCommand = (program, signal) => {
  program
    .command('open')
    .summary("open the console or a part's page, past its password")
    .description(
      'Opens the page of a part in the browser, and prints the link to it. Prometheus, Alertmanager and the blackbox exporter ask for a password: for them this command opens a local address for one browser, which works until Ctrl-C. Grafana has a login of its own, which is printed.',
    )
    .argument('[page]', `${CONSOLE}, prometheus, alertmanager, ${GRAFANA}, store or blackbox-exporter`, CONSOLE)
    .option('--print', 'only print the link; start no browser', false)
    .action(async (name: string, options: { print: boolean }, command) => {
      const { folder, json } = readContext(command, signal)
      const { connectControl } = await import('../../api/client/connect-control.ts')
      const stack = await (await connectControl(folder)).stack()
      const way = await wayTo(name, choose(pagesOf(stack), name, 'page'), folder)
      if (json) printJson({ url: way.url, ...defined({ login: way.login }) })
      else print(way.url)
      if (!json && way.login !== undefined) print(`user ${way.login.user}, password ${way.login.password}`)
      const forget = options.print ? undefined : await show(way)
      if (way.close === undefined) return
      note('open until Ctrl-C')
      await over(signal)
      await way.close()
      await forget?.()
    })
}

const CONSOLE = 'console'
const GRAFANA = 'grafana'

/** A link as it is printed. `close` ends what it leads through; absent where it leads to the page itself. */
interface Way {
  url: string
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
async function show({ url, close }: Way): Promise<(() => Promise<void>) | undefined> {
  const { findOpener, openLink, openSecretLink } = await import('../terminal/browser.ts')
  const opener = findOpener()
  if (opener === undefined) return undefined
  return close === undefined ? void openLink(opener, url) : openSecretLink(opener, url)
}

function over(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
