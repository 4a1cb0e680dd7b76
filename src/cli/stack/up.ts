import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { defined } from '../../base/defined.ts'
import { sendAnnounced } from '../../base/system/child-announced.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { stackObjectives } from '../../slo/document/load-objectives.ts'
import { profiles } from '../../stack/profile.ts'
import { readStackSettings, type StackSettings } from '../../stack/settings.ts'
import { type AddCommand, type CommandContext, finish, readContext } from '../command.ts'
import { note, paint, printJson, write } from '../terminal/output.ts'

export const addUp: AddCommand = (program, signal) => {
  program
    .command('up')
    .summary('bring the stack up')
    .description(
      'Brings the whole stack up: obtains the real components that are missing, starts every part in order and waits until\nall is healthy and scraped. Stays until Ctrl-C, which stops everything in order.',
    )
    .addOption(
      new Option('--runtime <name>', 'processes of this machine, containers of Docker Compose, or pods of a cluster')
        .default('native')
        .choices(['native', 'compose', 'kubernetes']),
    )
    .option('-d, --detach', 'return when everything is healthy; `firedrill down` stops it', false)
    .addOption(
      new Option('--profile <name>', 'the clock of scrapes and rules').default('lab').choices(Object.keys(profiles)),
    )
    .addOption(
      new Option('--policy <file>', "the responder's policy instead of the shipped responder.yaml").env(
        'FIREDRILL_POLICY',
      ),
    )
    .addOption(WITH)
    .option('--listen <address>', LISTEN)
    .option('--context <name>', 'kubernetes: the context of kubectl; the present one is never taken silently')
    .option('--namespace <name>', 'kubernetes: where the stack runs; it is made (default: firedrill)')
    .option('--image <name>', 'kubernetes: the image of Firedrill, where the nodes can fetch it')
    .option('--overlay <folder>', 'kubernetes: a kustomization of your own, which changes the manifests in ../base')
    .addHelpText('after', HELP)
    .action((options: UpOptions, command) => bringUp(options, command, readContext(command, signal)))
}

async function bringUp(options: UpOptions, command: Command, context: CommandContext): Promise<void> {
  const { runtime } = options
  refuseOthers(command, runtime)
  if (runtime === 'compose') return upInContainers(context)
  // Also for the detached start, which reads it again: a mistake is reported at once.
  const settings = {
    ...readStackSettings(process.env, await stackObjectives(process.env)),
    ...(await readPolicyText(options.policy)),
  }
  if (runtime === 'kubernetes') return (await import('./up-in-kubernetes.ts')).upInCluster(context, options, settings)
  if (options.detach) await upDetached(context, options)
  else await upInForeground(context, options, settings)
}

const WITH = new Option(
  '--with <part>',
  'fetch grafana where it is not installed (363 MB, once), and run it; without a network the stack is up all the same',
).choices(['grafana'])
const LISTEN =
  'let other machines reach the console and the API at this address, or at every one with 0.0.0.0; they need a session, also to read'

const HELP = `
Profiles:
${Object.values(profiles)
  .map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`)
  .join('\n')}

--runtime compose builds one image and runs compose.yaml, always in the lab profile and in the background; its settings are in
.env.example. It needs Docker with Compose; the native runtime needs neither.

--runtime kubernetes renders manifests for the version of the cluster, applies them with kubectl, and waits until every part is ready. It
stays in the background, in a namespace that it makes: docs/kubernetes-stack.md.
  firedrill up --runtime kubernetes --context lab --image registry.example.com/firedrill:1.0

Ports are the usual ones (console 8080, store 8000, Prometheus 9090 …); one that is taken is replaced, and said so.
People get alerts, besides the responder, where the environment says so:
  FIREDRILL_SLACK_WEBHOOK_URL   Slack gets critical alerts and warnings; _CHANNEL names another channel than the webhook's
  FIREDRILL_SMTP_HOST           host:port; e-mail gets critical alerts, from FIREDRILL_SMTP_FROM to FIREDRILL_SMTP_TO, with
                                _USERNAME and _PASSWORD if there is a login; FIREDRILL_SMTP_TLS=off for a server without TLS
  FIREDRILL_REMOTE_WRITE_URL    Prometheus also sends every sample there; with _TOKEN, or with _USERNAME and _PASSWORD
  FIREDRILL_METRICS_URL         drills and the console read samples there; with _TOKEN, or with _USERNAME and _PASSWORD
  FIREDRILL_OBJECTIVES          other objectives than those that ship: a file or folder in Sloth's form or OpenSLO's, or "none"
  FIREDRILL_RUNBOOK_URL         what the links to runbooks begin with, for example https://github.com/…/docs/runbooks

Programs come from FIREDRILL_PROMETHEUS, FIREDRILL_REDIS and so on, from PATH, from the cache, or are fetched: see firedrill doctor.
`

interface UpOptions {
  runtime: string
  detach: boolean
  profile: string
  policy?: string
  with?: string
  listen?: string
  context?: string
  namespace?: string
  image?: string
  overlay?: string
}

/** Options that only some runtimes have, with those. */
const ONLY_OF: Readonly<Record<string, readonly string[]>> = {
  profile: ['native', 'kubernetes'],
  policy: ['native', 'kubernetes'],
  with: ['native'],
  listen: ['native'],
  context: ['kubernetes'],
  namespace: ['kubernetes'],
  image: ['kubernetes'],
  overlay: ['kubernetes'],
}

const AS_IT_IS: Readonly<Record<string, string>> = {
  compose:
    'with --runtime compose: the lab profile, the responder.yaml that ships, Grafana, and the ports of compose.yaml, as they are there',
  kubernetes: 'with --runtime kubernetes: Grafana in the cluster, which kubectl port-forward reaches',
}

/** What a runtime has settled, or does not have, is not taken and then left undone. */
function refuseOthers(command: Command, runtime: string): void {
  for (const [name, runtimes] of Object.entries(ONLY_OF)) {
    const source = command.getOptionValueSource(name)
    if (source === undefined || source === 'default' || runtimes.includes(runtime)) continue
    throw usageErrors.error('FD_USAGE', {
      message: `--${name} does not work with --runtime ${runtime}`,
      where: source === 'env' ? 'the environment' : `--${name}`,
      expected: AS_IT_IS[runtime] ?? `--${name} with --runtime ${runtimes.join(' or ')}`,
      given: String(command.getOptionValue(name)),
      next: `leave --${name} out, or name another --runtime`,
    })
  }
}

/** The containers stay when this process ends, as people know it of Compose. */
async function upInContainers({ folder, json, signal }: CommandContext): Promise<void> {
  const [{ upInCompose }, { stackTable }, { formatDuration }] = await Promise.all([
    import('../../api/stack/up-in-compose.ts'),
    import('../tables/stack-table.ts'),
    import('../../base/units/duration.ts'),
  ])
  const sinceMs = performance.now()
  const view = await upInCompose(folder, { signal, onLine: note })
  if (json) return printJson(view)
  for (const line of ['', ...stackTable(view, process.stderr), '']) note(line)
  note(
    `${paint(process.stderr, 'green', 'Up')} after ${formatDuration(performance.now() - sinceMs)}. Open ${await consoleLink(folder, view.url)}\nfiredrill down stops it.`,
  )
}

/** A link that begins a session; the console's own address, with which one can only look, where control gives none. */
async function consoleLink(folder: CommandContext['folder'], url: string): Promise<string> {
  const { connectControl } = await import('../../api/client/connect-control.ts')
  try {
    return (await (await connectControl(folder)).createLink(false)).url
  } catch {
    return url
  }
}

/** A policy with mistakes is refused here, with all of them, not by a responder that does not start. */
async function readPolicyText(file: string | undefined): Promise<{ policy?: string; policyFile?: string }> {
  if (file === undefined) return {}
  const { parsePolicy, readPolicyText: readText } = await import('../../responder/policy/policy-file.ts')
  const policy = await readText(file)
  parsePolicy(policy, file, 1)
  return { policy, policyFile: resolve(file) }
}

async function upDetached(
  { folder, json, signal }: CommandContext,
  { profile, policy, with: part, listen }: UpOptions,
): Promise<void> {
  const { startDetached } = await import('../../api/stack/start-detached.ts')
  const more = Object.entries({ policy, with: part, listen }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  const stack = await startDetached(folder, { profile, more, signal, relay: (text) => write(process.stderr, text) })
  if (json) printJson(stack)
}

async function upInForeground(
  { folder, json, signal }: CommandContext,
  { profile: profileName, with: part, listen }: UpOptions,
  settings: StackSettings,
): Promise<void> {
  const [
    { startControl },
    { nativeStack },
    { showProgress },
    { stackTable },
    { formatDuration },
    { consoleFolder },
    { packageVersion },
    { ownProgram },
    { serveCommand },
  ] = await Promise.all([
    import('../../api/control/control.ts'),
    import('../../api/control/native-stack.ts'),
    import('../terminal/progress.ts'),
    import('../tables/stack-table.ts'),
    import('../../base/units/duration.ts'),
    import('../../api/server/console-files.ts'),
    import('../../base/files/package-version.ts'),
    import('../../base/files/own-program.ts'),
    import('../../services/serve-command.ts'),
  ])
  const profile = choose(profiles, profileName, 'profile')
  const version = packageVersion()
  const sinceMs = performance.now()
  note(`firedrill ${version}, profile ${profile.name} (${profile.summary}), state in ${folder.path}`)
  const control = await startControl({
    folder,
    profile,
    settings,
    version,
    prepare: nativeStack(serveCommand(), { withGrafana: part === 'grafana', ...defined({ listen }) }),
    consoleFolder: consoleFolder(),
    program: ownProgram(),
    signal,
    onProgress: showProgress(),
  })
  const view = control.view()
  if (json) printJson(view)
  else for (const line of ['', ...stackTable(view, process.stderr), '']) note(line)
  note(
    `${paint(process.stderr, 'green', 'Up')} after ${formatDuration(performance.now() - sinceMs)}. Open the console with this link, which works once (firedrill open makes another):`,
  )
  note(`  ${await consoleLink(folder, view.url)}`)
  note('or in another terminal:')
  note('  firedrill run store-crash')
  if (view.halted !== null) note((await import('../tables/halt-line.ts')).haltLine(view.halted))
  if (process.stderr.isTTY) note('Ctrl-C stops everything.')
  sendAnnounced()
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([control.downRequested, interrupted])
  note('stopping …')
  await control.down()
  note('everything is stopped')
  finish('ok')
}
