import { relative } from 'node:path'
import type { ClusterView } from '../../api/stack/up-in-kubernetes.ts'
import { choose } from '../../base/choose.ts'
import { quoted } from '../../base/files/own-files.ts'
import { usageErrors } from '../../base/usage-errors.ts'
import { profiles } from '../../stack/profile.ts'
import type { StackSettings } from '../../stack/settings.ts'
import { readNamespaceName } from '../arguments/read-namespace-name.ts'
import type { CommandContext } from '../command.ts'
import { note, paint, printJson } from '../terminal/output.ts'

export interface ClusterOptions {
  profile: string
  context?: string
  namespace?: string
  image?: string
  overlay?: string
}

/** Brings the stack up in a cluster: it stays there when this process ends. */
export async function upInCluster(
  { folder, json, signal }: CommandContext,
  options: ClusterOptions,
  settings: StackSettings,
): Promise<void> {
  const context = required('context', options.context, CONTEXT)
  const image = required('image', options.image, IMAGE)
  const namespace = readNamespaceName('--namespace', options.namespace ?? 'firedrill')
  const [{ upInKubernetes }, { clusterTable }, { formatDuration }] = await Promise.all([
    import('../../api/stack/up-in-kubernetes.ts'),
    import('../tables/cluster-table.ts'),
    import('../../base/units/duration.ts'),
  ])
  const sinceMs = performance.now()
  const since = () => formatDuration(performance.now() - sinceMs)
  const view = await upInKubernetes(folder, {
    ...{ context, namespace, image, overlay: options.overlay, settings, signal },
    profile: choose(profiles, options.profile, 'profile'),
    onStep: (text) => note(`  · ${text}`),
    onReady: ({ name, ready, wanted }) =>
      note(`  ${paint(process.stderr, 'green', '✔')} ready        ${name} ${ready} of ${wanted} after ${since()}`),
    onWhy: ({ name }, why) => note(`  ${paint(process.stderr, 'yellow', '!')} waits        ${name}: ${why}`),
  })
  note('  · every part is ready; waiting for the first scrape of every target')
  await untilSeen(view, signal)
  if (json) return printJson(view)
  for (const line of ['', ...clusterTable(view, process.stderr), '']) note(line)
  note(`${paint(process.stderr, 'green', 'Up')} after ${since()}. ${nextSteps(view)}`)
}

const CONTEXT = {
  expected: 'a context of kubectl: the present one is never taken silently',
  next: '`kubectl config get-contexts` lists them',
}
const IMAGE = {
  expected: 'the image of Firedrill where the nodes can fetch it: registry.example.com/firedrill:1.0',
  next: 'docs/kubernetes-stack.md says how it is built and pushed',
}

/** @throws FD_USAGE */
function required(name: string, value: string | undefined, { expected, next }: typeof CONTEXT): string {
  if (value !== undefined && value !== '') return value
  throw usageErrors.error('FD_USAGE', {
    message: `--runtime kubernetes needs --${name}`,
    where: `--${name}`,
    expected,
    next,
  })
}

/** What a person does next, to be copied. */
function nextSteps({ context, namespace, system, drills: [drill] }: ClusterView): string {
  const here = (path: string) => quoted(relative(process.cwd(), path) || path)
  return [
    'Next:',
    ...(drill === undefined ? [] : [`  firedrill run ${here(drill)} --system ${here(system)}`]),
    `  firedrill system check ${here(system)}`,
    `  kubectl --context ${quoted(context)} -n ${namespace} port-forward service/grafana 3000     # user admin, password in secrets/grafana of the state folder`,
    'firedrill status shows it. firedrill down removes it but its volumes and secrets; down --purge removes all.',
  ].join('\n')
}

/** A scrape of the profile production comes each 15 s, and pods are found some seconds after they are ready. Milliseconds. */
const SCRAPED_WITHIN_MS = 120_000

/** Waits until Prometheus of the stack sees all of it, asked as drills will ask it. @throws FD_STACK_NOT_SCRAPED */
async function untilSeen({ context, namespace, system }: ClusterView, signal: AbortSignal): Promise<void> {
  const [{ readSystem }, { openMonitoring }, { waitUntilScraped }] = await Promise.all([
    import('../../foreign/file/system-file.ts'),
    import('../../foreign/monitoring/monitoring.ts'),
    import('../../api/control/wait-until-scraped.ts'),
  ])
  const described = await readSystem(system)
  const { prometheus } = openMonitoring(described)
  const scraped = described.services.map(({ name }) => name)
  const logs = `kubectl --context ${quoted(context)} -n ${namespace} logs statefulset/prometheus`
  await waitUntilScraped({ prometheus, scraped, withinMs: SCRAPED_WITHIN_MS, logs }, signal)
}
