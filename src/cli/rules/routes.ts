import { Option } from 'commander'
import { choose } from '../../base/choose.ts'
import { writeUserFile } from '../../base/files/user-output.ts'
import { momentOf } from '../../routing/moment.ts'
import { profiles } from '../../stack/profile.ts'
import { collect } from '../arguments/collect.ts'
import { readLabels } from '../arguments/read-labels.ts'
import { type AddCommand, type CommandContext, readContext } from '../command.ts'
import { fitTable } from '../tables/fit-table.ts'
import { note, print, printJson } from '../terminal/output.ts'

export const addRoutes: AddCommand = (program, signal) => {
  program
    .command('routes')
    .summary('who is notified of which alert, when and after what wait')
    .description(
      `Walks Alertmanager's routing tree for every alert rule: which receivers are notified, after which wait, how often again, when not
(mute and active times), and which other alerts hold it back. With drills, the same for every fault of theirs whose alert they expect.
Reads the stack that is up, or what a stack would be rendered with; a foreign system; or files.`,
    )
    .argument('[drills...]', 'drills whose faults are looked at; on the stack, those that ship when left out')
    .option('--system <file>', 'ask the monitoring of the foreign system that this file describes')
    .option('--config <file>', "Alertmanager's configuration, of a system that cannot be asked; with --rules")
    .option('--rules <path>', 'rule files, or folders of them, that go with --config; repeatable', collect, [])
    .option(
      '--external-label <name=value>',
      'a label that Prometheus adds to each alert, with --config; repeatable',
      collect,
      [],
    )
    .option(
      '--at <moment>',
      'whether routes are muted then: "sunday 03:00", "2026-12-24 18:30 Europe/Berlin"; UTC without a zone',
    )
    .option('--html <file>', 'write a page')
    .addOption(
      new Option('--profile <name>', 'the clock of a stack that is not up')
        .default('lab')
        .choices(Object.keys(profiles)),
    )
    .action((drills: string[], options: RoutesOptions, command) =>
      routes(drills, options, readContext(command, signal)),
    )
}

interface RoutesOptions {
  system?: string
  config?: string
  rules: string[]
  externalLabel: string[]
  at?: string
  html?: string
  profile: string
}

async function routes(drills: string[], options: RoutesOptions, context: CommandContext): Promise<void> {
  const atMs = options.at === undefined ? undefined : momentOf(options.at, Date.now())
  const external = readLabels('--external-label', options.externalLabel)
  const profile = choose(profiles, options.profile, 'profile')
  const { showRoutes } = await import('../../workflows/rules/show-routes.ts')
  const report = await showRoutes({ ...options, drills, external, atMs, profile }, context)
  if (options.html !== undefined) {
    const { routesHtml } = await import('../../reporters/routes/html.ts')
    await writeUserFile(options.html, routesHtml(report))
    note(`page written to ${options.html}`)
  }
  if (context.json) return printJson(report)
  const { routeTables } = await import('../../reporters/routes/terminal.ts')
  const { title, alerts, faults, notes } = routeTables(report)
  for (const line of title) print(line)
  for (const table of [alerts, faults]) {
    if (table.length > 0) for (const line of ['', ...fitTable(table)]) print(line)
  }
  print('')
  for (const line of notes) print(line)
}
