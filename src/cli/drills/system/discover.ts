import { lstatSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { checkUserOutput, writeUserFile } from '../../../base/files/user-output.ts'
import { usageErrors } from '../../../base/usage-errors.ts'
import type { Discovery } from '../../../foreign/kubernetes/discover/discover-system.ts'
import type { ProvenCandidate } from '../../../foreign/kubernetes/discover/propose-system.ts'
import { SYSTEM_FILE } from '../../../runtimes/native/state/find-state.ts'
import { collect } from '../../arguments/collect.ts'
import { systemName } from '../../arguments/system-name.ts'
import { readContext } from '../../command.ts'
import { checkLines } from '../../tables/check-lines.ts'
import { confirm } from '../../terminal/confirm.ts'
import { note, print, printJson, writeDocument } from '../../terminal/output.ts'

/** `firedrill system discover` */
export function addDiscover(system: Command, signal: AbortSignal): void {
  system
    .command('discover')
    .summary('write a firedrill.yaml for what runs in a namespace of a Kubernetes cluster')
    .description(
      'Finds Prometheus and Alertmanager (resources of prometheus-operator, or Services of them), the workloads of the namespace, and the labels of their targets. It only reads the cluster, and asks before it overwrites a file.',
    )
    .argument('[file]', 'the description; - prints it', SYSTEM_FILE)
    .requiredOption('--namespace <name>', 'the namespace of the services')
    .option('--context <name>', "context of kubectl; inside a cluster, without it, the pod's own cluster")
    .option(
      '--monitoring-namespace <name>',
      'where Prometheus and Alertmanager are, if Services of all namespaces may not be read; repeatable',
      collect,
      [],
    )
    .option('--overwrite', 'replace the file without asking', false)
    .action(async (file: string, options: DiscoverOptions, command: Command) => {
      const { json } = readContext(command, signal)
      const isPrinted = file === '-'
      if (!isPrinted) await mayWrite(file, { overwrite: options.overwrite, signal })
      const [{ Clusters }, { discoverSystem }] = await Promise.all([
        import('../../../foreign/kubernetes/clusters.ts'),
        import('../../../foreign/kubernetes/discover/discover-system.ts'),
      ])
      const { context, namespace, monitoringNamespace: monitoring } = options
      checkNamespace(namespace, '--namespace')
      for (const one of monitoring) checkNamespace(one, '--monitoring-namespace')
      const clusters = new Clusters(process.env)
      try {
        const name = systemName(isPrinted ? namespace : basename(resolve(file, '..')))
        const found = await discoverSystem(clusters.of({ context }), { name, context, namespace, monitoring, signal })
        if (isPrinted) return writeDocument(found.text)
        await writeUserFile(file, found.text)
        if (json) return printJson({ path: file, ...found })
        printFound(found)
        const named = file === SYSTEM_FILE ? '' : ` ${file}`
        note(`wrote ${file}; read it, then:`)
        note(`  firedrill system check${named}             is everything there, and what may Firedrill do?`)
        note(`  firedrill system role${named} --faults crash  the rights that a first drill needs`)
        note('  firedrill drill new first                 a drill for it')
      } finally {
        await clusters.close()
      }
    })
}

interface DiscoverOptions {
  namespace: string
  context?: string
  monitoringNamespace: string[]
  overwrite: boolean
}

/** @throws FD_USAGE */
function checkNamespace(given: string, where: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(given)) return
  throw usageErrors.error('FD_USAGE', {
    message: 'this is not the name of a namespace',
    where,
    expected: 'small letters, digits and hyphens',
    given,
  })
}

/** Asks a person where there is a file already. @throws FD_USAGE, FD_FILE_UNWRITABLE */
async function mayWrite(
  file: string,
  { overwrite, signal }: { overwrite: boolean; signal: AbortSignal },
): Promise<void> {
  await checkUserOutput(file)
  if (overwrite || lstatSync(file, { throwIfNoEntry: false }) === undefined) return
  const { stdin: input, stderr: output } = process
  const isTerminal = input.isTTY === true && output.isTTY === true
  if (isTerminal && (await confirm(`${file} is there already. Overwrite it?`, { input, output, signal }))) return
  signal.throwIfAborted()
  throw usageErrors.error('FD_USAGE', {
    message: 'this is there already, and stays as it is',
    where: file,
    expected: 'a yes, or --overwrite',
    next: 'firedrill system discover - prints what it finds, to compare',
  })
}

function printFound({ services, prometheus, alertmanager, unread }: Discovery): void {
  const line = (status: 'ok' | 'note', name: string, detail: string) => {
    for (const text of checkLines({ status, name, detail }, { nameWidth: 14 })) print(text)
  }
  const part = (name: string, found: ProvenCandidate | undefined) => {
    if (found === undefined) return line('note', name, 'none was found; the file names a URL to correct')
    const { namespace, service, port, from, proof } = found
    const place = `Service ${namespace}/${service}, port ${port} (${from})`
    if ('version' in proof) line('ok', name, `${proof.version} at ${place}`)
    else line('note', name, `${place}: ${proof.why}`)
  }
  part('prometheus', prometheus)
  part('alertmanager', alertmanager)
  for (const { name, workload, replicas, autoscaler, labels, from } of services) {
    const targets =
      labels === undefined
        ? from
        : `${Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(', ')} (${from})`
    const scaled = autoscaler === undefined ? '' : `, scaled by HorizontalPodAutoscaler ${autoscaler}`
    line(
      labels === undefined ? 'note' : 'ok',
      name,
      `${workload}, ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}${scaled}; ${targets}`,
    )
  }
  for (const text of unread) line('note', 'not read', text)
}
