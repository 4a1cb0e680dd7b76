import { join } from 'node:path'
import { Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { writeUserFile } from '../../base/files/user-output.ts'
import { stackObjectives } from '../../slo/document/load-objectives.ts'
import { profiles } from '../../stack/profile.ts'
import { readStackSettings, withoutSecrets } from '../../stack/settings.ts'
import { type AddCommand, readContext } from '../command.ts'
import { note, printJson, writeDocument } from '../terminal/output.ts'

export const addRender: AddCommand = (program, signal) => {
  program
    .command('render')
    .summary('write the configuration that the stack runs on')
    .description(
      'Writes the configuration of Prometheus, Alertmanager, Grafana and the others as the stack uses it, with the preferred ports and\nplaceholders for secrets: to read, to compare profiles, to take along. Needs no running stack.',
    )
    .addOption(
      new Option('--profile <name>', 'the clock of scrapes and rules').default('lab').choices(Object.keys(profiles)),
    )
    .option('--out <folder>', 'write the files there instead of printing them')
    .action(async (options: { profile: string; out?: string }, command) => {
      const { json } = readContext(command, signal)
      const [{ renderAll }, { describeStack }] = await Promise.all([
        import('../../stack/preferred-context.ts'),
        import('../../stack/topology.ts'),
      ])
      const settings = withoutSecrets(readStackSettings(process.env, await stackObjectives(process.env)))
      const profile = choose(profiles, options.profile, 'profile')
      const { renderDashboards } = await import('../../dashboards/grafana/render-dashboards.ts')
      const files = renderAll(describeStack(profile, settings, { dashboards: renderDashboards(profile) }))
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
