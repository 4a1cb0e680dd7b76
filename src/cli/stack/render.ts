import { join } from 'node:path'
import { Argument, Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { writeUserFile } from '../../base/files/user-output.ts'
import { stackObjectives } from '../../slo/document/load-objectives.ts'
import { profiles } from '../../stack/profile.ts'
import { readStackSettings, withoutSecrets } from '../../stack/settings.ts'
import { collect } from '../arguments/collect.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, printJson, writeDocument } from '../terminal/output.ts'
import { forms, type RenderOptions } from './render-forms.ts'

export const addRender: AddCommand = (program, signal) => {
  program
    .command('render')
    .summary('write the configuration that the stack runs on')
    .description(
      'Writes the configuration of Prometheus, Alertmanager, Grafana and the others as the stack uses it, with the preferred ports and\nplaceholders for secrets: to read, to compare profiles, to take along. Needs no running stack.\n\nkubernetes is the whole stack as a base for kustomize (docs/kubernetes-stack.md); operator is what prometheus-operator needs to\nwatch that stack: PrometheusRule, ServiceMonitor, Probe, AlertmanagerConfig.',
    )
    .addArgument(
      new Argument('[form]', 'for whom: the parts themselves, a cluster, or prometheus-operator')
        .default('files')
        .choices(Object.keys(forms)),
    )
    .addOption(
      new Option('--profile <name>', 'the clock of scrapes and rules (default: lab; for operator production)').choices(
        Object.keys(profiles),
      ),
    )
    .option('--namespace <name>', 'kubernetes, operator: where the stack runs', 'firedrill')
    .option('--cluster-version <version>', 'kubernetes: the oldest version of the cluster, like 1.20', '1.21')
    .option(
      '--label <name=value>',
      'operator: a label by which the operator selects such objects; repeatable',
      collect,
      [],
    )
    .option('--out <folder>', 'write the files there instead of printing them')
    .action(async (form: string, options: RenderOptions & { profile?: string; out?: string }, command) => {
      const { json } = readContext(command, signal)
      const { render, profile: fallback } = choose(forms, form, 'form')
      const settings = withoutSecrets(readStackSettings(process.env, await stackObjectives(process.env)))
      const profile = choose(profiles, options.profile ?? fallback, 'profile')
      const files = await render({ profile, settings }, options)
      for (const [name, content] of files) {
        if (options.out === undefined) {
          if (!json) writeDocument(`# ---- ${name}\n${content}\n`)
        } else {
          await writeUserFile(join(options.out, name), content)
          note(`wrote ${join(options.out, name)}`)
        }
      }
      if (json) printJson(Object.fromEntries(files))
    })
}
